//! Sessions of requests that come in bursts: a phone that gets its network back sends its changes and the pieces of its photos one after the other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    Brigade, Result,
    sign_in::{self, Session},
};
use crate::clock::now;

/// How long a session that was looked up is believed without looking again.
///
/// What ends one in this process ends it here at once; one that another server ends is believed for no longer than this.
const BELIEVED: Duration = Duration::from_secs(1);
/// Phones that send at once; beyond, all are looked up again.
const SESSIONS_MAX: usize = 4_096;

/// Sessions looked up a moment ago, by the hash of their token. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Burst(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    sessions: HashMap<String, (Instant, Session)>,
    /// Raised each time that sessions end: what was read before is not remembered after.
    endings: u64,
}

impl Burst {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session, an account or what it may do has changed: nothing is believed any more.
    pub fn end(&self) {
        let mut seen = self.seen();
        seen.sessions.clear();
        seen.endings += 1;
    }

    fn believed(&self, token_hash: &str) -> std::result::Result<Session, u64> {
        let seen = self.seen();
        match seen.sessions.get(token_hash) {
            Some((at, session)) if at.elapsed() < BELIEVED && session.expires_at > now() => Ok(session.clone()),
            _ => Err(seen.endings),
        }
    }

    fn believe(&self, token_hash: String, session: &Session, endings: u64) {
        let mut seen = self.seen();
        if seen.endings != endings {
            return;
        }
        if seen.sessions.len() >= SESSIONS_MAX {
            seen.sessions.clear();
        }
        seen.sessions.insert(token_hash, (Instant::now(), session.clone()));
    }
}

/// The session of a token, as it was a moment ago at most.
///
/// # Errors
/// When the store fails.
pub async fn recognise(brigade: &Brigade, token: &str) -> Result<Option<Session>> {
    let token_hash = sign_in::token_hash(token);
    let endings = match brigade.burst.believed(&token_hash) {
        Ok(session) => return Ok(Some(session)),
        Err(endings) => endings,
    };
    let session = sign_in::recognise(brigade, token).await?;
    if let Some(session) = &session {
        brigade.burst.believe(token_hash, session, endings);
    }
    Ok(session)
}
