//! The forms of a case: plain posts, answered by a 303.

mod comment_form;
mod raise_form;
mod refer_form;
mod stage_form;

pub use comment_form::CommentForm;
pub use raise_form::RaiseForm;
pub use refer_form::{OfPeople, ReferForm, ReferStart};
pub use stage_form::StageForm;
