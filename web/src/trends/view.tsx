export const TrendsView = () => <h1>…</h1>;
