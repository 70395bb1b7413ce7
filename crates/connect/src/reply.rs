//! Replies that several actions share.

use rpc::Reply;

/// The reply of an action that only says it was done: RequestId and nothing else.
#[derive(Reply)]
pub struct Nothing {}
