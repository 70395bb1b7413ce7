//! A life cycle as a constant table. The table says which move is legal, who makes it and where it leads; what
//! else happens is the action's code. It never touches a row: the one writer of a status asks it.

use rpc::code::Code;
use std::fmt::Write;

/// Who makes a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The customer, by an action of the public version.
    Tenant,
    /// The provider, by an operator's action, in person or through the autopilot.
    Operator,
    /// Time: a deadline that the state before has set.
    Timer,
}

impl Actor {
    /// The word used on the wire, in the ledger and in the reference.
    pub const fn word(self) -> &'static str {
        match self {
            Actor::Tenant => "tenant",
            Actor::Operator => "operator",
            Actor::Timer => "timer",
        }
    }
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To<S: 'static> {
    /// To another state, or to the same one: the row keeps its status and the move is legal.
    State(S),
    /// Allowed, and the status stays what it is.
    Stays,
    /// The resource is gone.
    Gone,
}

/// One row of the table: `trigger` by `actor` leads from any of `from` to `to`.
#[derive(Debug)]
pub struct Move<S: 'static> {
    /// The action's name, or the deadline's.
    pub trigger: &'static str,
    /// Who may do it.
    pub actor: Actor,
    /// The states in which this row applies.
    pub from: &'static [S],
    /// Where it leads.
    pub to: To<S>,
    /// For a timer: how long after the state was entered, milliseconds.
    pub after_ms: i64,
}

/// A whole life cycle.
#[derive(Debug)]
pub struct Machine<S: 'static> {
    /// What it is the life cycle of, as the reference names it.
    pub name: &'static str,
    /// The state of a new resource.
    pub initial: S,
    /// All states, in the order of the contract.
    pub states: &'static [S],
    /// All moves.
    pub moves: &'static [Move<S>],
    /// What a trigger answers in a state in which no row applies.
    pub refusals: &'static [(&'static str, &'static Code)],
}

/// A state of some machine: its wire text.
pub trait State: Copy + PartialEq + 'static {
    /// The text on the wire and in the store.
    fn as_str(&self) -> &'static str;
}

/// Begins a row: `on("CancelPhysicalConnection", Actor::Tenant, &[…])`.
pub const fn on<S>(trigger: &'static str, actor: Actor, from: &'static [S]) -> Draft<S> {
    Draft { trigger, actor, from }
}

/// A row that does not yet say where it leads.
pub struct Draft<S: 'static> {
    trigger: &'static str,
    actor: Actor,
    from: &'static [S],
}

impl<S: Copy> Draft<S> {
    /// It leads to `state`.
    pub const fn to(self, state: S) -> Move<S> {
        Move { trigger: self.trigger, actor: self.actor, from: self.from, to: To::State(state), after_ms: 0 }
    }

    /// It leads to `state`, this long after a state of `from` was entered.
    pub const fn after(self, after_ms: i64, state: S) -> Move<S> {
        Move { trigger: self.trigger, actor: self.actor, from: self.from, to: To::State(state), after_ms }
    }

    /// It is allowed and changes no status.
    pub const fn stays(self) -> Move<S> {
        Move { trigger: self.trigger, actor: self.actor, from: self.from, to: To::Stays, after_ms: 0 }
    }

    /// It removes the resource.
    pub const fn gone(self) -> Move<S> {
        Move { trigger: self.trigger, actor: self.actor, from: self.from, to: To::Gone, after_ms: 0 }
    }
}

impl<S: State> Machine<S> {
    /// The state of this wire text.
    pub fn state(&self, text: &str) -> Option<S> {
        self.states.iter().copied().find(|state| state.as_str() == text)
    }

    /// The row that applies when `trigger` is pulled in `from`.
    pub fn find(&self, from: S, trigger: &str) -> Option<&'static Move<S>> {
        self.moves.iter().find(|row| row.trigger == trigger && row.from.contains(&from))
    }

    /// What `trigger` answers where no row applies.
    pub fn refusal(&self, trigger: &str) -> Option<&'static Code> {
        self.refusals.iter().find(|(name, _)| *name == trigger).map(|(_, code)| *code)
    }

    /// The rows that apply in `from`, for one actor or for all.
    pub fn moves_from(&self, from: S, actor: Option<Actor>) -> impl Iterator<Item = &'static Move<S>> {
        self.moves
            .iter()
            .filter(move |row| row.from.contains(&from) && actor.is_none_or(|who| row.actor == who))
    }

    /// Whether an operator can move a resource on from `state`: then it stands in the work queue.
    pub fn waits_for_operator(&self, state: S) -> bool {
        self.moves_from(state, Some(Actor::Operator))
            .any(|row| matches!(row.to, To::State(to) if to != state))
    }

    /// `tenant:CancelPhysicalConnection, operator:…`: the legal next moves, for the refusal's header.
    pub fn next_header(&self, from: S) -> String {
        self.next_header_where(from, |_| true)
    }

    /// The same of the moves that can happen to this very resource.
    pub fn next_header_where(&self, from: S, can_happen: impl Fn(&Move<S>) -> bool) -> String {
        let mut text = String::new();
        for row in self.moves_from(from, None).filter(|row| can_happen(row)) {
            let comma = if text.is_empty() { "" } else { ", " };
            write!(text, "{comma}{}:{}", row.actor.word(), row.trigger)
                .expect("writing to a string cannot fail");
        }
        text
    }

    /// The table as a Mermaid state diagram. Moves that keep the status are left out: they are in the table.
    pub fn mermaid(&self) -> String {
        let id = |state: &S| state.as_str().replace(' ', "");
        let mut text = format!("stateDiagram-v2\n    [*] --> {}\n", id(&self.initial));
        for state in self.states.iter().filter(|state| state.as_str().contains(' ')) {
            writeln!(text, "    {}: {}", id(state), state.as_str()).expect("writing to a string cannot fail");
        }
        for row in self.moves {
            let target = match row.to {
                To::Stays => continue,
                To::Gone => "[*]".to_owned(),
                To::State(state) => id(&state),
            };
            for from in row.from {
                writeln!(text, "    {} --> {target}: {} ({})", id(from), row.trigger, row.actor.word())
                    .expect("writing to a string cannot fail");
            }
        }
        text
    }
}

/// Compares two texts while compiling.
pub const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// Makes a `const` that fails to compile if a state of `$machine` answers one trigger twice. `$states` is the
/// enum, whose variants must cast to `usize`.
#[macro_export]
macro_rules! assert_unambiguous {
    ($machine:expr) => {
        const _: () = {
            let moves = $machine.moves;
            let mut first = 0;
            while first < moves.len() {
                let mut second = first + 1;
                while second < moves.len() {
                    if $crate::machine::same(moves[first].trigger, moves[second].trigger) {
                        let (mut left, froms) = (0, moves[first].from);
                        while left < froms.len() {
                            let (mut right, others) = (0, moves[second].from);
                            while right < others.len() {
                                assert!(
                                    froms[left] as usize != others[right] as usize,
                                    "a state answers one trigger twice"
                                );
                                right += 1;
                            }
                            left += 1;
                        }
                    }
                    second += 1;
                }
                first += 1;
            }
        };
    };
}
