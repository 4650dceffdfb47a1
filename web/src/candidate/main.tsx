import { createRoot } from "react-dom/client";
import "../theme.css";

const root = document.getElementById("root");
if (root) createRoot(root).render(<main />);
