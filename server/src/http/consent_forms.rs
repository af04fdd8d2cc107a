//! The form that records what a person answered: with a signature or the photo of a paper, or with neither.

use app::document::success;
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State},
    http::{HeaderMap, header},
    middleware::from_fn,
    response::Response,
    routing::{MethodRouter, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use casework::{
    consent::{ConsentAnswer, ConsentGiver, ConsentManner},
    consent_proof::PAPER_BYTES_MAX,
    ids::{CaseId, ConsentId, DwellingId, OrganisationId},
    permission::Section,
    wire::v1::{ErrorCode, RecordConsent, SayProof},
};

use super::{
    error::code_of,
    forms::{Fields, back, missing, pairs, sender_of},
    session::is_foreign,
    whole_body::read_whole,
};
use crate::{
    application::{UseCaseError, keep_consents, sign_in::Session},
    state::AppState,
};

/// Of the form without its photo: a signature is the longest of it.
const FIELDS_BYTES_MAX: usize = 64 * 1024;
const FORM_BYTES_MAX: usize = PAPER_BYTES_MAX + FIELDS_BYTES_MAX;

pub fn route() -> MethodRouter<AppState> {
    post(form).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)).layer(from_fn(read_whole::<FORM_BYTES_MAX>))
}

async fn form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, request: Request) -> Response {
    let path = format!("/bureau/dossiers/{id}");
    let session = match sender_of(&state, &headers, &path).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let recorded = if is_foreign(&headers) { Err(UseCaseError::refused(ErrorCode::ForgedRequest)) } else { record(&state, &session, &id, request).await };
    match recorded {
        Ok(()) => back(&path, "success", success::CONSENT_RECORDED, state.is_https),
        Err(error) => back(&path, "error", code_of(error).0.code(), state.is_https),
    }
}

async fn record(state: &AppState, session: &Session, id: &str, request: Request) -> Result<(), UseCaseError> {
    let (fields, paper) = read(state, session, request).await?;
    let case_id: CaseId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
    let manner = fields.get("manner").parse::<ConsentManner>().map_err(|_| missing("manner"))?;
    let said = RecordConsent {
        id: fields.get("id").parse::<ConsentId>().map_err(|_| missing("id"))?,
        dwelling_id: fields.get("dwelling_id").parse::<DwellingId>().map_err(|_| missing("dwelling_id"))?,
        to_organisation: fields.get("to_organisation").parse::<OrganisationId>().map_err(|_| missing("to_organisation"))?,
        sections: fields.all("sections").map(str::parse::<Section>).collect::<Result<_, _>>().map_err(|_| missing("sections"))?,
        purpose: fields.get("purpose").to_owned(),
        person: fields.get("person").to_owned(),
        giver: fields.get("giver").parse::<ConsentGiver>().map_err(|_| missing("giver"))?,
        manner,
        language: fields.get("language").to_owned(),
        answer: fields.get("answer").parse::<ConsentAnswer>().map_err(|_| missing("answer"))?,
        days: fields.get("days").parse().map_err(|_| missing("days"))?,
        proof: proof(manner, &fields, paper)?,
    };
    keep_consents::record(&state.brigade, &session.actor, case_id, said).await.map(drop)
}

/// The fields, and the file if there is one. The token comes first: of a form that is not ours, nothing more is kept.
async fn read(state: &AppState, session: &Session, request: Request) -> Result<(Fields, Bytes), UseCaseError> {
    let forged = || UseCaseError::refused(ErrorCode::ForgedRequest);
    let is_multipart = request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    if !is_multipart {
        let body = Bytes::from_request(request, state).await.map_err(|_| UseCaseError::refused(ErrorCode::BodyTooLarge))?;
        let fields = Fields(if body.len() > FIELDS_BYTES_MAX { Vec::new() } else { pairs(&body) });
        return if fields.get("csrf") == session.csrf { Ok((fields, Bytes::new())) } else { Err(forged()) };
    }
    let mut parts = Multipart::from_request(request, state).await.map_err(|_| forged())?;
    let is_ours = match parts.next_field().await.map_err(|_| forged())? {
        Some(field) if field.name() == Some("csrf") => field.text().await.is_ok_and(|token| token == session.csrf),
        Some(_) | None => false,
    };
    if !is_ours {
        return Err(forged());
    }
    let too_large = |_| UseCaseError::refused(ErrorCode::ImageTooLarge);
    let (mut fields, mut paper, mut left) = (Vec::new(), Bytes::new(), FIELDS_BYTES_MAX);
    while let Some(field) = parts.next_field().await.map_err(too_large)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "paper" {
            paper = field.bytes().await.map_err(too_large)?;
            continue;
        }
        let value = field.text().await.map_err(|_| UseCaseError::refused(ErrorCode::BodyTooLarge))?;
        left = left.checked_sub(name.len() + value.len()).ok_or_else(|| UseCaseError::refused(ErrorCode::BodyTooLarge))?;
        fields.push((name, value));
    }
    Ok((Fields(fields), paper))
}

/// The proof of that manner; what was begun of another one, before the person chose, is left.
fn proof(manner: ConsentManner, fields: &Fields, paper: Bytes) -> Result<Option<SayProof>, UseCaseError> {
    match manner {
        ConsentManner::Spoken => Ok(None),
        ConsentManner::Paper if paper.is_empty() => Ok(None),
        ConsentManner::Paper => Ok(Some(SayProof::Paper { image: STANDARD.encode(paper) })),
        ConsentManner::Signed => {
            let drawn = fields.get("signature").trim();
            if !drawn.is_empty() {
                let strokes = serde_json::from_str(drawn).map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "signature"))?;
                return Ok(Some(SayProof::Signature { strokes }));
            }
            let (name, in_presence_of) = (fields.get("typed_name").to_owned(), fields.get("in_presence_of").to_owned());
            let is_empty = name.trim().is_empty() && in_presence_of.trim().is_empty();
            Ok((!is_empty).then_some(SayProof::Typed { name, in_presence_of }))
        }
    }
}
