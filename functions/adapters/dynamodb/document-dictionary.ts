/**
 * What documents have in common, so that a compressed one tells only what is its own: less than half as many bytes.
 * What comes last is found at the least cost. **Never changed**: stored documents can be read with it alone. Another
 * one gets a mark of its own in `bodies.ts`, and this one stays.
 */
export const DOCUMENT_DICTIONARY: Uint8Array = Buffer.from(
  '"kind":"reading","status":"open","partial","missing","imported","restated","reporters-silent","started",' +
    '"paused","upstream-inconsistent"[{"statistic":"messages.sent","value":,"median":,"low":0,"high":,"deviat' +
    'ion":,"direction":"above"}],"rooms.used","users.seen","connections.peak"{"oplogEnabled":true,"version":"' +
    '7.0","engine":"wiredTiger"}{"method":"docker","platform":"linux","type":"Linux","arch":"x64","release":"' +
    '","uptime":,"loadavg":[,],"totalmem":,"freemem":,"cpus":[{"nodeVersion":"v22.","pid":1,"address":"10.0.0' +
    '.","connections":,"heardAt":{"workspace":"acme","kind":"snapshot","hour":"2026-11-21T09","window":{"star' +
    't":"2026-11-21T09:00:00.000Z","end":"2026-11-21T10:00:00.000Z"},"takenAt":"2026-11-21T10:00:00.000Z","re' +
    'vision":0,"users":{"total":0,"activated":0,"deactivated":0,"guests":0,"apps":0,"bots":0,"online":0,"away' +
    '":0,"busy":0,"offline":0,"connected":0,"seen":0,"joined":0},"rooms":{"total":0,"channels":0,"privateGrou' +
    'ps":0,"direct":0,"omnichannel":0,"discussions":0,"used":0,"opened":0},"messages":{"total":0,"channels":0' +
    ',"privateGroups":0,"direct":0,"omnichannel":0,"discussions":0,"threads":0,"sent":0,"sentByKind":{"channe' +
    'ls":0,"privateGroups":0,"direct":0,"omnichannel":0,"discussions":0},"removed":0},"uploads":{"total":0,"b' +
    'ytes":0,"added":0,"addedBytes":0},"connections":{"current":null,"peak":null,"dayPeak":null},"memory":{"t' +
    'otal":null,"free":null,"freeLow":null},"instances":{"count":0,"list":[]},"last":{"login":null,"message":' +
    '"2026-11-21T09:00:00.000Z","seen":null},"deployment":{"id":"","installedAt":"2026-01-01T00:00:00.000Z","' +
    'version":null,"appsEngineVersion":null,"nodeVersion":null,"migration":null,"database":null,"commit":null' +
    ',"deploy":null,"os":null,"proc' +
    'ess":null},"license":null,"federation":null,"ledger":{"status":"complete",' +
    '"reasons":[],"coverage":{"heardMinutes":60,"of":60},"bookedLate":{}},"integrity":[],"anomalies":null,"pu' +
    'blication":{"number":0,"previous":"sha256:',
);
