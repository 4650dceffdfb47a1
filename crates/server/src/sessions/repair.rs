//! Finding out what was missed while the control channel was away.
//!
//! The provider replays nothing, but each new item names the one before it. So a mark is put into the conversation: if
//! the item before it is known, nothing was missed; if not, that item is asked for. Our own engine replays its items
//! first, so that there every one is known.

use interview::Timestamp;
use realtime_api::{
    ClientEvent, Item, Role, ServerEvent,
    client::{ConversationItemCreate, ConversationItemDelete, ConversationItemRetrieve},
};

use super::{leg::Leg, translate::Effect};
use crate::evidence::judge::MARK;

/// Whether an item is a mark: the channel had been away when it was made.
pub fn is_mark(item: &str) -> bool {
    item.starts_with(MARK)
}

/// A search that is under way.
#[derive(Debug)]
pub struct Repair {
    mark: String,
    /// The unknown item before the mark.
    asked: Option<String>,
}

/// Begins the search on a channel that is open again.
pub fn begin(leg: &mut Leg, now: Timestamp) {
    leg.translator.was_away(now);
    leg.translator.utterances.hold(now);
    if let Some(guard) = &mut leg.guard {
        guard.blind(true);
    }
    let doubtful: Vec<String> = leg.translator.doubtful().map(ToOwned::to_owned).collect();
    for item in doubtful {
        leg.send(&retrieve(item));
    }
    let mark = format!("{MARK}{}", now.0 / 1000);
    let item = Item {
        id: Some(mark.clone()),
        ..Item::message(Role::System, "(The interviewer's control connection was restored. Nothing else changed.)")
    };
    leg.send(&ClientEvent::from(ConversationItemCreate { item, ..ConversationItemCreate::default() }));
    leg.repair = Some(Repair { mark, asked: None });
}

/// Follows the search. Called with each event before the leg's own bookkeeping has seen it.
pub fn follow(leg: &mut Leg, now: Timestamp, event: &ServerEvent, out: &mut Vec<Effect>) {
    if !leg.translator.utterances.is_held() {
        // It took too long: what is unproven stays so.
        leg.repair = None;
        if let Some(guard) = &mut leg.guard {
            guard.blind(false);
        }
    }
    let Some(repair) = leg.repair.as_mut() else { return };
    match event {
        ServerEvent::ConversationItemAdded(e) if e.item.id() == repair.mark => {
            let delete = ConversationItemDelete { item_id: repair.mark.clone(), ..ConversationItemDelete::default() };
            out.push(Effect::Send(ClientEvent::from(delete)));
            match e.previous_item_id.as_deref().filter(|previous| !leg.chain.knows(previous)) {
                None => end(leg, now, out),
                Some(unknown) => {
                    repair.asked = Some(unknown.to_owned());
                    out.push(Effect::Send(retrieve(unknown.to_owned())));
                }
            }
        }
        ServerEvent::ConversationItemAdded(e) => found(leg, &e.item),
        ServerEvent::ConversationItemRetrieved(e) => {
            let is_last = repair.asked.as_deref() == Some(e.item.id());
            found(leg, &e.item);
            if is_last {
                end(leg, now, out);
            }
        }
        _ => {}
    }
}

/// What the interviewer said without our knowing.
fn found(leg: &mut Leg, item: &Item) {
    if item.role == Some(Role::Assistant) && !leg.chain.knows(item.id()) {
        leg.translator.utterances.found(item.id(), &item.text());
    }
}

fn end(leg: &mut Leg, now: Timestamp, out: &mut Vec<Effect>) {
    leg.repair = None;
    if let Some(guard) = &mut leg.guard {
        guard.blind(false);
    }
    leg.translator.utterances.release(now, out);
}

fn retrieve(item_id: String) -> ClientEvent {
    ClientEvent::from(ConversationItemRetrieve { item_id, ..ConversationItemRetrieve::default() })
}
