//! What an action is: a decoded struct and one plain function over a transaction. [`Entry`] is the value that
//! dispatch, the reference, the metadata and the contract tests all read. Nothing here knows a product noun.

use crate::cx::{Cx, View};
use crate::machine::Actor;
use rpc::code::{Code, Error};
use rpc::gateway;
use rpc::params::Params;
use rpc::reply::{Reply, ReplyField};
use rpc::wire::{Field, Shape, Wire};
use std::sync::Arc;

/// The public version of the API: the tenant's actions.
pub const PUBLIC_VERSION: &str = "2016-04-28";
/// The operator's version, on the same endpoint.
pub const OPERATOR_VERSION: &str = "2026-11-01";

/// Why a command or a query did not end well: a refusal for the caller, or a failing store.
#[derive(Debug)]
pub enum Stop {
    /// The caller is told a code.
    Refused(Error),
    /// The store failed; no action handles it.
    Fault(store::Fault),
}

/// What every product function returns.
pub type Result<T> = std::result::Result<T, Stop>;

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Refused(error)
    }
}

impl From<&'static Code> for Stop {
    fn from(code: &'static Code) -> Stop {
        Stop::Refused(Error::new(code))
    }
}

impl From<store::Fault> for Stop {
    fn from(fault: store::Fault) -> Stop {
        Stop::Fault(fault)
    }
}

/// A list of refusals.
pub type Codes = &'static [&'static Code];

/// What is said of an action beside its parameters and its reply.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// The action's name on the wire.
    pub name: &'static str,
    /// Further spellings of the name.
    pub aliases: &'static [&'static str],
    /// Who calls it.
    pub actor: Actor,
    /// The version of the API in which it is found.
    pub version: &'static str,
    /// Versions of other products in which clients look for it, too.
    pub also_in: &'static [&'static str],
    /// The permission a policy names, for instance `vpc:CancelPhysicalConnection`.
    pub permission: &'static str,
    /// What an unknown region answers; `None` where the action has no region.
    pub region_error: Option<&'static Code>,
    /// What a client token means to it.
    pub replay: Replay,
}

impl About {
    /// Every version in which it is found.
    pub fn versions(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.version).chain(self.also_in.iter().copied())
    }

    /// A tenant's action with a region and no client token.
    pub const fn tenant(name: &'static str, permission: &'static str) -> About {
        About {
            name,
            aliases: &[],
            actor: Actor::Tenant,
            version: PUBLIC_VERSION,
            also_in: &[],
            permission,
            region_error: Some(&crate::codes::INVALID_REGION_ID_NOT_FOUND),
            replay: Replay::Never,
        }
    }

    /// An operator's action, without a region.
    pub const fn operator(name: &'static str, permission: &'static str) -> About {
        About {
            actor: Actor::Operator,
            version: OPERATOR_VERSION,
            region_error: None,
            ..About::tenant(name, permission)
        }
    }

    /// With another answer to an unknown region.
    #[must_use]
    pub const fn region(self, region_error: Option<&'static Code>) -> About {
        About { region_error, ..self }
    }

    /// With a client token.
    #[must_use]
    pub const fn replay(self, replay: Replay) -> About {
        About { replay, ..self }
    }

    /// With further spellings of the name.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> About {
        About { aliases, ..self }
    }

    /// With versions of other products in which it is found as well.
    #[must_use]
    pub const fn also_in(self, also_in: &'static [&'static str]) -> About {
        About { also_in, ..self }
    }

    /// In another version than its actor's usual one.
    #[must_use]
    pub const fn version(self, version: &'static str) -> About {
        About { version, ..self }
    }
}

/// What a client token does (product decision 6.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// The action takes no token.
    Never,
    /// The same token with the same parameters answers the same again; with others it is refused.
    Create,
    /// The same token with the same parameters answers the same again; with others it is a new call.
    Target,
}

/// A read: given a [`View`], which cannot write.
pub trait Query: Wire + Send + Sync + 'static {
    /// What it answers.
    type Reply: Reply;
    /// What is said of it.
    const ABOUT: About;
    /// The refusals it can give once it runs: beyond those of its parameters, its region and the gateway.
    const ERRORS: Codes;
    /// The region it is addressed to, to be checked before it runs.
    fn region(&self) -> Option<&str> {
        None
    }
    /// Answers from one snapshot.
    fn answer(&self, view: &mut View<'_>) -> Result<Self::Reply>;
}

/// A write: runs inside one transaction, and may run again.
pub trait Command: Wire + Send + Sync + 'static {
    /// What it answers.
    type Reply: Reply;
    /// What is said of it.
    const ABOUT: About;
    /// The refusals it can give once it runs: beyond those of its parameters, its region and the gateway.
    const ERRORS: Codes;
    /// The region it is addressed to, to be checked before it runs.
    fn region(&self) -> Option<&str> {
        None
    }
    /// The account whose row is locked; the caller's own where none is named. Of a command that takes a token and
    /// names none of its targets, [`Command::also`] must lock the caller's row: what a token has seen is looked up
    /// under it.
    fn account(&self, _view: &mut View<'_>) -> Result<Option<String>> {
        Ok(None)
    }
    /// Further accounts whose rows are locked beside it: what they own must stay as it is meanwhile.
    fn also(&self, _view: &mut View<'_>) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
    /// Whether a call whose token was answered before is carried out all the same, because what it did then has been
    /// undone since (contract, idempotency: judged by the present state).
    fn has_work(&self, _view: &mut View<'_>) -> Result<bool> {
        Ok(false)
    }
    /// The ids of the things named in the call: part of the idempotency key.
    fn targets(&self) -> Vec<&str> {
        Vec::new()
    }
    /// Whether the call only asks what would happen: it runs and is answered, and its transaction is undone.
    fn is_rehearsal(&self) -> bool {
        false
    }
    /// Does the work. By reference: a retry runs it again.
    fn run(&self, cx: &mut Cx<'_>) -> Result<Self::Reply>;
}

/// A decoded query behind a pointer.
pub trait AnyQuery: Send + Sync {
    /// See [`Query::answer`]; gives the JSON body without its RequestId.
    fn answer(&self, view: &mut View<'_>) -> Result<Vec<u8>>;
}

/// A decoded command behind a pointer.
pub trait AnyCommand: Send + Sync {
    /// See [`Command::account`].
    fn account(&self, view: &mut View<'_>) -> Result<Option<String>>;
    /// See [`Command::also`].
    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>>;
    /// See [`Command::has_work`].
    fn has_work(&self, view: &mut View<'_>) -> Result<bool>;
    /// See [`Command::targets`].
    fn targets(&self) -> Vec<&str>;
    /// See [`Command::is_rehearsal`].
    fn is_rehearsal(&self) -> bool;
    /// See [`Command::run`]; gives the JSON body without its RequestId.
    fn run(&self, cx: &mut Cx<'_>) -> Result<Vec<u8>>;
}

struct Decoded<A>(A);

impl<A: Query> AnyQuery for Decoded<A> {
    fn answer(&self, view: &mut View<'_>) -> Result<Vec<u8>> {
        declared(&A::ABOUT, A::ERRORS, self.0.answer(view)).map(|reply| rpc::reply::body(&reply))
    }
}

impl<A: Command> AnyCommand for Decoded<A> {
    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        declared(&A::ABOUT, A::ERRORS, self.0.account(view))
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        declared(&A::ABOUT, A::ERRORS, self.0.also(view))
    }

    fn has_work(&self, view: &mut View<'_>) -> Result<bool> {
        declared(&A::ABOUT, A::ERRORS, self.0.has_work(view))
    }

    fn targets(&self) -> Vec<&str> {
        self.0.targets()
    }

    fn is_rehearsal(&self) -> bool {
        self.0.is_rehearsal()
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Vec<u8>> {
        declared(&A::ABOUT, A::ERRORS, self.0.run(cx)).map(|reply| rpc::reply::body(&reply))
    }
}

/// In debug builds, and therefore in all tests, an action that refuses with a code it does not declare panics.
fn declared<T>(about: &About, errors: Codes, result: Result<T>) -> Result<T> {
    if let Err(Stop::Refused(error)) = &result {
        debug_assert!(
            errors.iter().any(|code| std::ptr::eq(*code, error.code())),
            "{} refuses with the undeclared code {}",
            about.name,
            error.code().name
        );
    }
    result
}

/// A decoded call, ready to be handed to the store.
#[derive(Clone)]
pub enum Prepared {
    /// For a reader.
    Query(Arc<dyn AnyQuery>),
    /// For the writer.
    Command(Arc<dyn AnyCommand>),
}

/// Whether an action reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Answers from a snapshot and cannot write.
    Read,
    /// Runs in a transaction of its own.
    Write,
}

/// Decodes and validates parameters; the second argument tells whether a region exists.
type Decode = fn(&Params, &dyn Fn(&str) -> bool) -> std::result::Result<Prepared, Error>;

/// One action as a value.
pub struct Entry {
    /// What is said of it.
    pub about: About,
    /// What it does: the doc comment of its struct.
    pub doc: &'static str,
    /// Reads or writes.
    pub kind: Kind,
    /// Its parameters.
    pub fields: &'static [Field],
    /// Its reply, without RequestId.
    pub reply: &'static [ReplyField],
    /// The refusals it gives once it runs; see [`Entry::errors`] for all.
    pub run_errors: Codes,
    decode: Decode,
}

impl Entry {
    /// The entry of a query.
    pub const fn query<A: Query>() -> Entry {
        Entry {
            about: A::ABOUT,
            doc: A::DOC,
            kind: Kind::Read,
            fields: A::FIELDS,
            reply: <A::Reply as Reply>::FIELDS,
            run_errors: A::ERRORS,
            decode: |params, knows_region| {
                let call = A::decode(params)?;
                check_region(&A::ABOUT, call.region(), knows_region)?;
                Ok(Prepared::Query(Arc::new(Decoded(call))))
            },
        }
    }

    /// The entry of a command.
    pub const fn command<A: Command>() -> Entry {
        Entry {
            about: A::ABOUT,
            doc: A::DOC,
            kind: Kind::Write,
            fields: A::FIELDS,
            reply: <A::Reply as Reply>::FIELDS,
            run_errors: A::ERRORS,
            decode: |params, knows_region| {
                let call = A::decode(params)?;
                check_region(&A::ABOUT, call.region(), knows_region)?;
                Ok(Prepared::Command(Arc::new(Decoded(call))))
            },
        }
    }

    /// Decodes and validates `params`, the region last.
    pub fn prepare(
        &self,
        params: &Params,
        knows_region: &dyn Fn(&str) -> bool,
    ) -> std::result::Result<Prepared, Error> {
        (self.decode)(params, knows_region)
    }

    /// Every refusal it declares: of its parameters, of its region, of its work. The gateway's come on top.
    pub fn errors(&self) -> Vec<&'static Code> {
        let mut errors = Vec::new();
        collect_field_errors(self.fields, &mut errors);
        errors.extend(
            self.about.region_error.filter(|_| self.fields.iter().any(|field| field.name == "RegionId")),
        );
        errors.extend(self.run_errors);
        let mut seen: Vec<*const Code> = Vec::new();
        errors.retain(|code: &&'static Code| {
            let new = !seen.contains(&std::ptr::from_ref(*code));
            seen.push(*code);
            new
        });
        errors
    }

    /// The action's name.
    pub fn name(&self) -> &'static str {
        self.about.name
    }
}

fn collect_field_errors(fields: &'static [Field], errors: &mut Vec<&'static Code>) {
    for field in fields {
        errors.extend([field.missing, field.error, field.too_many].into_iter().flatten());
        if let Shape::Object(fields) = field.shape {
            collect_field_errors(fields, errors);
        }
    }
}

fn check_region(
    about: &About,
    region: Option<&str>,
    knows_region: &dyn Fn(&str) -> bool,
) -> std::result::Result<(), Error> {
    match (region, about.region_error) {
        (Some(region), Some(code)) if !knows_region(region) => Err(Error::new(code)),
        _ => Ok(()),
    }
}

/// The codes that any action may answer: those of the gateway.
pub fn gateway_codes() -> &'static [&'static Code] {
    gateway::ALL
}

/// Writes the table of contents: `actions! { query A; command B; }`.
#[macro_export]
macro_rules! actions {
    ($($kind:ident $action:ty;)+) => { &[$($crate::action::Entry::$kind::<$action>()),+] };
}

/// Within `impl Command`: an operator's command names, in the field, a thing of any tenant; its owner's row is the one
/// to lock.
macro_rules! acts_on_the_owner {
    ($thing:ty, $field:ident) => {
        fn account(&self, view: &mut $crate::cx::View<'_>) -> $crate::action::Result<Option<String>> {
            <$thing>::owner(view, self.$field.as_str())
        }

        fn targets(&self) -> Vec<&str> {
            vec![self.$field.as_str()]
        }
    };
}
pub(crate) use acts_on_the_owner;
