//! What a plain form is answered when the page that sent it stays open.

use serde::{Deserialize, Serialize};

/// Header of a form that a page sends without leaving: it is answered by a [`FormAnswer`] instead of a redirection.
pub const KEPT_FORM: &str = "x-brigade-form";

/// How a form went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormAnswer {
    /// Where a browser alone would have been sent.
    pub location: String,
    /// Why nothing was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<FormRefusal>,
}

/// Why a form was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRefusal {
    /// Stable code, as in the API’s errors.
    pub code: String,
    /// In the language of the page.
    pub message: String,
}
