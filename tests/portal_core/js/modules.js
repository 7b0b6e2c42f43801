/** Pages load their files as modules; Node 18 takes them for scripts unless it is told. */

import { register } from "node:module";

const HOOKS = `export const load = (url, context, next) =>
  next(url, url.includes("/web/static/js/") ? { ...context, format: "module" } : context);`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
