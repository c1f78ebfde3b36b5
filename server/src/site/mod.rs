//! How the built site is served: which addresses are screens, how long files are kept, and with
//! which headers. The development server of `xtask` takes these very files, so that both answer
//! alike.

pub(crate) mod caching;
pub(crate) mod fallback;
pub(crate) mod headers;
