export const CompletenessView = () => <h1>…</h1>;
