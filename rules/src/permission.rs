//! Who may do what (domain.md §1.7, the decided matrix).

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// What one of the partner's people is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    GlobalAdmin,
    /// Customers and subscriptions, whole.
    AdminAgent,
    /// Sells.
    SalesAgent,
    /// Helps.
    HelpdeskAgent,
    /// Bills.
    BillingAdmin,
    /// Manages the partner's own users.
    UserManagementAdmin,
}

impl Role {
    /// All of them, in the order of the matrix.
    pub const ALL: [Self; 6] = [
        Self::GlobalAdmin,
        Self::AdminAgent,
        Self::SalesAgent,
        Self::HelpdeskAgent,
        Self::BillingAdmin,
        Self::UserManagementAdmin,
    ];

    const fn is_agent(self) -> bool {
        matches!(self, Self::AdminAgent | Self::SalesAgent | Self::HelpdeskAgent)
    }
}

/// The roles of one person: at most one of each group (domain.md §1.7). They may be narrowed to
/// looking, for a place where nothing is to be changed, such as a panel that a page shows read-only;
/// that is of the place, not of the person, so it is not written with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Role>", into = "Vec<Role>")]
pub struct Roles {
    admin: Option<Role>,
    agent: Option<Role>,
    looks_only: bool,
}

impl Roles {
    /// Combines roles; two of one group are refused.
    pub fn new(roles: &[Role]) -> Result<Self, Refusal> {
        let mut all = Self::default();
        for &role in roles {
            let group = if role.is_agent() { &mut all.agent } else { &mut all.admin };
            if group.is_some_and(|held| held != role) {
                return Err(Refusal::invalid("roles", "two of one group"));
            }
            *group = Some(role);
        }
        Ok(all)
    }

    /// The roles held.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        self.admin.into_iter().chain(self.agent)
    }

    /// The same roles where nothing can be changed.
    #[must_use]
    pub const fn only_to_look(self) -> Self {
        Self { looks_only: true, ..self }
    }

    /// Whether the role is among them.
    pub fn has(self, role: Role) -> bool {
        self.iter().any(|held| held == role)
    }
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        let (admin, agent) = if role.is_agent() { (None, Some(role)) } else { (Some(role), None) };
        Self { admin, agent, looks_only: false }
    }
}

impl TryFrom<Vec<Role>> for Roles {
    type Error = Refusal;
    fn try_from(roles: Vec<Role>) -> Result<Self, Refusal> {
        Self::new(&roles)
    }
}

impl From<Roles> for Vec<Role> {
    fn from(roles: Roles) -> Self {
        roles.iter().collect()
    }
}

/// A row of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See customers.
    ViewCustomers,
    /// See subscriptions, catalogue, limits and log.
    ViewSubscriptions,
    /// Add a customer, end a relationship. Not in the sources' matrix: the roles with "customer
    /// management" in the table of 2018.
    AddCustomer,
    /// Create a subscription, add-on or trial; change a quantity; convert.
    Buy,
    /// Suspend and reactivate.
    Suspend,
    /// Cancel.
    Cancel,
    /// Change the billing frequency, under a policy that has it.
    ChangeBillingCycle,
    /// Edit the nickname or the support contact.
    Rename,
    /// Set what a customer qualifies for.
    SetQualification,
    /// Pin offers in the catalogue.
    PinOffers,
}

impl Permission {
    const fn changes(self) -> bool {
        !matches!(self, Self::ViewCustomers | Self::ViewSubscriptions)
    }
}

/// What a cell of the matrix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Only for non-payment, where the policy says so; off by default.
    NonPaymentByPolicy,
}

use Allowed::{No, NonPaymentByPolicy, Yes};

/// The matrix; columns as in [`Role::ALL`]: global admin, admin agent, sales agent, helpdesk
/// agent, billing admin, user management admin.
#[rustfmt::skip]
pub const PERMISSIONS: &[(Permission, [Allowed; 6])] = &[
    (Permission::ViewCustomers,      [Yes, Yes, Yes, Yes, Yes, Yes]),
    (Permission::ViewSubscriptions,  [Yes, Yes, Yes, Yes, Yes, No]),
    (Permission::AddCustomer,        [Yes, Yes, Yes, No,  No,  No]),
    (Permission::Buy,                [Yes, Yes, Yes, No,  No,  No]),
    (Permission::Suspend,            [Yes, Yes, Yes, No,  NonPaymentByPolicy, No]),
    (Permission::Cancel,             [Yes, Yes, No,  No,  No,  No]),
    (Permission::ChangeBillingCycle, [Yes, Yes, No,  No,  Yes, No]),
    (Permission::Rename,             [Yes, Yes, Yes, Yes, No,  No]),
    (Permission::SetQualification,   [Yes, Yes, No,  No,  No,  No]),
    (Permission::PinOffers,          [Yes, Yes, Yes, No,  No,  No]),
];

/// The best answer that any of the roles gives.
fn allowed(roles: Roles, permission: Permission) -> Allowed {
    let row = PERMISSIONS.iter().find(|(of, _)| *of == permission);
    let cells = row.into_iter().flat_map(|(_, cells)| Role::ALL.iter().zip(cells));
    let held = cells.filter(|(role, _)| roles.has(**role)).map(|(_, allowed)| *allowed);
    held.fold(No, |best, next| match (best, next) {
        (Yes, _) | (_, Yes) => Yes,
        (NonPaymentByPolicy, _) | (_, NonPaymentByPolicy) => NonPaymentByPolicy,
        (No, No) => No,
    })
}

/// Refuses what none of the roles allows outright.
pub fn permitted(roles: Roles, permission: Permission) -> Result<(), Refusal> {
    permitted_if(roles, permission, false)
}

/// The same, where something speaks for the cells that leave it to the policy.
pub(crate) fn permitted_if(
    roles: Roles,
    permission: Permission,
    by_policy: bool,
) -> Result<(), Refusal> {
    match allowed(roles, permission) {
        _ if roles.looks_only && permission.changes() => Err(Refusal::ViewOnly),
        Yes => Ok(()),
        NonPaymentByPolicy if by_policy => Ok(()),
        No | NonPaymentByPolicy => Err(Refusal::RoleNotAllowed { permission }),
    }
}
