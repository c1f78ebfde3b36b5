// Every string that the app may turn into HTML: the fixed parts of its own pages, nothing a person
// or a server said. Written by `cargo xtask templates`; read a change before you keep it.
export const TEMPLATES = new Set([
]);
