import { start } from "../cli/bundle.js";
await start.comment();
