export const SettingsView = () => <h1>…</h1>;
