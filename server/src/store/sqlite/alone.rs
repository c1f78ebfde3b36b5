//! A service that is the only one on its file. Then what it has read stays true until it writes
//! itself, and need not be asked of the file again.

use crate::store::cache::Customers;
use crate::store::row::unavailable;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use subscription_usecases::{Result, StoreError};

/// That this process alone serves a file, for as long as it has this.
#[derive(Debug)]
pub(super) struct Alone {
    pub customers: Customers,
    /// Locked. The system lets go of it with the process, however that ends.
    _lock: File,
}

impl Alone {
    /// On this file, unless another process is. The database's own locks say who reads and writes,
    /// not who serves: therefore a file beside it, which stays.
    pub(super) fn on(file: &Path) -> Result<Self> {
        // Under its own name, whatever links lead to it: each name would have another lock.
        let own = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let mut beside = own.into_os_string();
        beside.push("-service");
        let beside = PathBuf::from(beside);
        let opened = OpenOptions::new().create(true).write(true).truncate(false).open(&beside);
        let lock = opened.map_err(unavailable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { customers: Customers::new(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Unavailable(format!(
                "another service is on {} (it has locked {}): stop it first; several services at \
                 a time need PostgreSQL",
                file.display(),
                beside.display()
            ))),
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}
