import { useState } from "preact/hooks";
import { Dialog } from "../dialog.tsx";
import type { Deployment, Instance, Statistics } from "../documents.ts";
import { instant } from "../times.ts";
import { count, text, UNKNOWN } from "../words.ts";
import { Row } from "./row.tsx";

const migrationOf = ({ migration }: Deployment): string => {
  if (migration?.version === undefined) return UNKNOWN;
  return `${migration.version}${migration.lockedAt === undefined ? "" : ` (${instant(migration.lockedAt)})`}`;
};

const databaseOf = ({ database }: Deployment): string =>
  [database?.version, database?.storageEngine ?? database?.engine].filter((part) => part !== undefined).join(" / ") ||
  UNKNOWN;

const HASH_LENGTH = 9;

const CommitDetails = ({ commit }: Pick<Deployment, "commit">) =>
  commit?.hash === undefined ? (
    <>{UNKNOWN}</>
  ) : (
    <>
      HEAD: ({commit.hash.slice(0, HASH_LENGTH)})
      {commit.branch === undefined ? null : (
        <>
          <br />
          Branch: {commit.branch}
        </>
      )}
    </>
  );

const InstanceTable = ({ instance }: { readonly instance: Instance }) => (
  <section class="instance">
    <h3>{text(instance.address ?? instance.id)}</h3>
    <dl>
      <Row label="Instance Record > ID">{text(instance.id)}</Row>
      <Row label="Instance Record > PID">{text(instance.pid)}</Row>
      <Row label="Version">{text(instance.version)}</Row>
      <Row label="Node Version">{text(instance.nodeVersion)}</Row>
      <Row label="Current Status > Connected">{count(instance.connections)}</Row>
      <Row label="Current Status > Last Heartbeat Time">{instant(instance.lastReportedAt)}</Row>
    </dl>
  </section>
);

/** What the chat server is and runs on. */
export const DeploymentCard = ({ statistics: { deployment, instances } }: { readonly statistics: Statistics }) => {
  const [isOpen, setOpen] = useState(false);
  const list = instances.list ?? [];
  return (
    <section class="card">
      <h2>Deployment</h2>
      <dl>
        <Row label="Version">{text(deployment.version)}</Row>
        <Row label="Deployment ID">{text(deployment.id)}</Row>
        <Row label="Apps Engine Version">{text(deployment.appsEngineVersion)}</Row>
        <Row label="Node Version">{text(deployment.nodeVersion)}</Row>
        <Row label="Database Migration">{migrationOf(deployment)}</Row>
        <Row label="MongoDB">{databaseOf(deployment)}</Row>
        <Row label="Commit Details">
          <CommitDetails commit={deployment.commit} />
        </Row>
        <Row label="PID">{text(deployment.process?.pid)}</Row>
        <Row label="Instances" statistic="instances.count">
          {count(instances.count)}
        </Row>
      </dl>
      <p class="card-foot">
        <button type="button" disabled={list.length === 0} onClick={() => setOpen(true)}>
          Instances
        </button>
      </p>
      {isOpen ? (
        <Dialog title="Instances" onClose={() => setOpen(false)}>
          {list.map((instance) => (
            <InstanceTable key={instance.id} instance={instance} />
          ))}
        </Dialog>
      ) : null}
    </section>
  );
};
