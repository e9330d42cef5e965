import { render } from "preact";
import { App } from "./app.tsx";
import "./base.css";
import "./info.css";
import "./tables.css";
import "./trends.css";
import "./completeness.css";
import "./settings.css";
import "./reports.css";

const root = document.getElementById("page");
if (root !== null) render(<App />, root);
