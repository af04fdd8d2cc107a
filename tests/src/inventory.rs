//! The data inventory (`docs/inventaire-des-donnees.md`): written from the migrated schema and from what is said here of each column. A column that nobody
//! classified fails the test, on both databases. To write it anew: `BLESS=1 cargo test -p brigade-tests -- inventory`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use server::store::{Dialect, Store};
use sqlx::Row;

use crate::support::{Database, TestDatabase};

/// What a column holds.
#[derive(Clone, Copy)]
enum Nature {
    /// An id, a revision, a position, a hash of content.
    Technical,
    Moment,
    /// A code, a number, a yes or no.
    Code,
    Name,
    /// Words that somebody wrote.
    Words,
    /// Structured content.
    Content,
    /// A secret, kept as a digest; or a key.
    Secret,
}

/// Whom it says something of.
#[derive(Clone, Copy)]
enum Whose {
    Nobody,
    /// Somebody who has an account, or the pivot person of a body.
    Member,
    /// The people of a dwelling.
    Household,
    /// Both.
    Both,
}

/// Who reads it.
#[derive(Clone, Copy)]
enum Compartment {
    /// The program itself.
    Program,
    Building,
    Dwelling,
    Psychosocial,
    Internal,
    Administration,
    /// The registers of the privacy officer.
    Privacy,
    /// By its own section: building, dwelling or psychosocial.
    BySection,
}

use Compartment::{Administration, Building, BySection, Dwelling, Internal, Privacy, Program, Psychosocial};
use Nature::{Code, Content, Moment, Name, Secret, Technical, Words};
use Whose::{Both, Household, Member, Nobody};

/// Columns, separated by spaces, that are alike.
type Columns = (&'static str, Nature, Whose, Compartment);

struct Table {
    name: &'static str,
    /// What it is for, in French.
    purpose: &'static str,
    keep: Keep,
    columns: &'static [Columns],
}

/// When it goes.
#[derive(Clone, Copy)]
enum Keep {
    /// With the case: purged at the end of its term.
    WithCase,
    /// What is left of a case after its purge: nothing of anybody it was about.
    Shell,
    /// What a purge proves: never destroyed.
    Proof,
    /// As long as the building is followed.
    WithBuilding,
    /// As long as the account.
    WithAccount,
    /// Never: it holds nothing of anybody, or what it names is elsewhere.
    Always,
    /// By itself, so soon.
    Soon(&'static str),
    /// By the privacy officer; nothing destroys it.
    ToBeSet,
    /// At least so long, by law.
    AtLeast(&'static str),
}

const TABLES: &[Table] = &[
    Table {
        name: "access_head",
        purpose: "Dernier sceau du journal des accès.",
        keep: Keep::Always,
        columns: &[("id sequence seal", Technical, Nobody, Program)],
    },
    Table {
        name: "access_journal",
        purpose: "Qui a lu quoi, en chaîne scellée. Identifiants et codes seulement.",
        keep: Keep::ToBeSet,
        columns: &[
            ("sequence id previous seal", Technical, Nobody, Privacy),
            ("at", Moment, Member, Privacy),
            ("account_id organisation_id", Technical, Member, Privacy),
            ("subject subject_id case_id door", Code, Nobody, Privacy),
            ("sections", Code, Household, Privacy),
        ],
    },
    Table {
        name: "access_link",
        purpose: "Liens à usage unique pour choisir un mot de passe.",
        keep: Keep::Soon("à l’usage ou au lien suivant ; inutilisable après 24 heures"),
        columns: &[("token_hash", Secret, Member, Program), ("account_id", Technical, Member, Program), ("expires_at", Moment, Nobody, Program)],
    },
    Table {
        name: "account",
        purpose: "Comptes des personnes qui se connectent.",
        keep: Keep::WithAccount,
        columns: &[
            ("id organisation_id", Technical, Member, Administration),
            ("email display_name", Name, Member, Administration),
            ("password_hash", Secret, Member, Program),
            ("role active on_call_rank", Code, Member, Administration),
            ("created_at", Moment, Member, Administration),
        ],
    },
    Table {
        name: "account_notice",
        purpose: "Ce que quelqu’un d’autre a fait à un compte, dit à sa personne.",
        keep: Keep::Soon("quand la personne dit l’avoir lu"),
        columns: &[("id account_id", Technical, Member, Administration), ("kind", Code, Member, Administration), ("at", Moment, Member, Administration)],
    },
    Table {
        name: "agreement",
        purpose: "Ententes avec les partenaires : avec qui.",
        keep: Keep::ToBeSet,
        columns: &[("id organisation_id", Technical, Nobody, Administration), ("created_at", Moment, Nobody, Administration)],
    },
    Table {
        name: "agreement_version",
        purpose: "Ce qui a été convenu avec un partenaire, chaque changement avec son motif. Ne dit rien de personne.",
        keep: Keep::ToBeSet,
        columns: &[
            ("agreement_id version form_id by_account", Technical, Member, Administration),
            ("at", Moment, Member, Administration),
            ("reason", Words, Nobody, Administration),
            ("body", Content, Nobody, Administration),
        ],
    },
    Table {
        name: "audit",
        purpose: "Trace de chaque geste. Identifiants seulement.",
        keep: Keep::ToBeSet,
        columns: &[("id account_id subject_id", Technical, Member, Program), ("at", Moment, Member, Program), ("action subject_kind", Code, Member, Program)],
    },
    Table {
        name: "building",
        purpose: "Immeubles suivis.",
        keep: Keep::WithBuilding,
        columns: &[
            ("id feed_sequence", Technical, Nobody, Building),
            ("address search_text municipality borough", Name, Nobody, Building),
            ("dwellings storeys year_built longitude latitude provenance", Code, Nobody, Building),
        ],
    },
    Table {
        name: "case_entry",
        purpose: "Fil du dossier : ce qui a été fait, dit, décidé. Une ligne se biffe, jamais ne s’efface.",
        keep: Keep::WithCase,
        columns: &[
            ("id case_id by_account struck_by", Technical, Member, Internal),
            ("at struck_at", Moment, Member, Internal),
            ("by_name", Name, Member, Internal),
            ("kind confidential by_confidential", Code, Nobody, Internal),
            ("text struck_reason", Words, Both, Internal),
        ],
    },
    Table {
        name: "case_file",
        purpose: "Dossiers : étape, indice, motifs de complexité.",
        keep: Keep::Shell,
        columns: &[
            ("id number building_id revision", Technical, Nobody, Building),
            ("stage opened_because band index_value danger complex motifs", Code, Nobody, Building),
            ("motifs_confidential", Code, Household, Psychosocial),
            ("state", Content, Member, Internal),
            ("search_text municipality", Name, Nobody, Building),
            ("opened_at updated_at", Moment, Nobody, Building),
        ],
    },
    Table {
        name: "consent",
        purpose: "Ce qu’une personne a répondu au sujet du partage : à qui, quoi, pourquoi, jusqu’à quand.",
        keep: Keep::WithCase,
        columns: &[
            ("id case_id dwelling_id to_organisation explained_by withdrawn_by", Technical, Both, Psychosocial),
            ("body", Content, Household, Psychosocial),
            ("at withdrawn_at ends_at", Moment, Household, Psychosocial),
        ],
    },
    Table {
        name: "consent_proof",
        purpose: "Ce qui prouve un consentement : signature tracée, nom tapé devant témoin, photo du papier sans métadonnées.",
        keep: Keep::WithCase,
        columns: &[("consent_id", Technical, Household, Psychosocial), ("body paper", Content, Both, Psychosocial)],
    },
    Table { name: "counter", purpose: "Numéros et positions.", keep: Keep::Always, columns: &[("name value", Technical, Nobody, Program)] },
    Table {
        name: "deputation",
        purpose: "Qui remplace qui, et quand.",
        keep: Keep::WithAccount,
        columns: &[
            ("id absent_account deputy_account named_by", Technical, Member, Administration),
            ("from_day until_day created_at ended_at", Moment, Member, Administration),
        ],
    },
    Table {
        name: "device",
        purpose: "Téléphones : ce qu’ils n’ont pas envoyé, et leur révocation.",
        keep: Keep::Soon("50 appareils par compte, sans ceux qui gardent du travail ou sont révoqués"),
        columns: &[
            ("id account_id revoked_by", Technical, Member, Administration),
            ("first_contact_at last_contact_at oldest_unsent_at revoked_at", Moment, Member, Administration),
            ("build protocol unsent_events unsent_photos clock_skew_ms", Code, Member, Administration),
            ("session_hash", Secret, Member, Program),
            ("revoked_reason", Words, Member, Administration),
        ],
    },
    Table {
        name: "directory_service",
        purpose: "Services des partenaires ; personne pivot et remplaçante, avec leurs coordonnées de travail. Public seulement ce que la fiche dit publié.",
        keep: Keep::Soon("le nom d’une personne, dès qu’on corrige la fiche ; la fiche reste tant que l’organisme est connu"),
        columns: &[
            ("id organisation_id revision source_id source_digest source_revision verified_by", Technical, Member, Administration),
            ("body", Content, Member, Administration),
            ("active source", Code, Nobody, Administration),
            ("verified_on created_at updated_at", Moment, Nobody, Administration),
        ],
    },
    Table {
        name: "door_note",
        purpose: "À savoir avant de frapper de nouveau : revenir, et dans quelle langue.",
        keep: Keep::WithCase,
        columns: &[
            ("visit_id dwelling_id event_id language_event_id", Technical, Nobody, Dwelling),
            ("come_back", Code, Household, Dwelling),
            ("language", Code, Household, Psychosocial),
        ],
    },
    Table {
        name: "door_pair",
        purpose: "Portes que l’on dit être une seule, ou deux.",
        keep: Keep::WithBuilding,
        columns: &[("building_id gone kept event_id", Technical, Nobody, Dwelling), ("same", Code, Nobody, Dwelling)],
    },
    Table {
        name: "dwelling",
        purpose: "Logements d’un immeuble.",
        keep: Keep::WithBuilding,
        columns: &[
            ("id building_id added_by_event goes_by", Technical, Nobody, Dwelling),
            ("label", Name, Household, Dwelling),
            ("floor", Code, Nobody, Dwelling),
        ],
    },
    Table {
        name: "emergency_share",
        purpose: "Ce qui a été partagé sans consentement, sur un motif prévu par la loi, et son examen.",
        keep: Keep::WithCase,
        columns: &[
            ("id case_id referral_id dwelling_id to_organisation shared_by reviewed_by", Technical, Both, Privacy),
            ("body", Content, Household, Privacy),
            ("at reviewed_at", Moment, Household, Privacy),
        ],
    },
    Table {
        name: "escalation",
        purpose: "Appels à la cellule d’urgence.",
        keep: Keep::WithCase,
        columns: &[
            ("id case_id building_id revision", Technical, Nobody, Internal),
            ("stage called_911 confidential", Code, Nobody, Internal),
            ("body", Content, Both, Internal),
            ("reason", Words, Both, Internal),
            ("raised_by_name acknowledged_by_name", Name, Member, Internal),
            ("raised_at closed_at", Moment, Member, Internal),
        ],
    },
    Table {
        name: "escalation_entry",
        purpose: "Journal de la cellule d’urgence. Une ligne se biffe, jamais ne s’efface.",
        keep: Keep::WithCase,
        columns: &[
            ("id escalation_id by_account struck_by", Technical, Member, Internal),
            ("at struck_at", Moment, Member, Internal),
            ("by_name", Name, Member, Internal),
            ("verb", Code, Member, Internal),
            ("text struck_reason", Words, Both, Internal),
        ],
    },
    Table {
        name: "field_batch",
        purpose: "Changements envoyés par les téléphones, tels quels : ce dont tout le reste se redit.",
        keep: Keep::WithCase,
        columns: &[
            ("id visit_id account_id device_id", Technical, Member, BySection),
            ("body", Content, Both, BySection),
            ("received_at device_now", Moment, Member, BySection),
        ],
    },
    Table {
        name: "field_event",
        purpose: "Identifiants déjà reçus : un changement n’est gardé qu’une fois.",
        keep: Keep::WithCase,
        columns: &[("id batch_id", Technical, Nobody, Program)],
    },
    Table {
        name: "field_event_quarantine",
        purpose: "Changements mis de côté : même identifiant, autre contenu.",
        keep: Keep::WithCase,
        columns: &[
            ("id event_id account_id device_id", Technical, Member, Program),
            ("body", Content, Both, Program),
            ("code", Code, Nobody, Program),
            ("received_at", Moment, Member, Program),
        ],
    },
    Table {
        name: "grid",
        purpose: "Versions de la grille d’observation.",
        keep: Keep::Always,
        columns: &[("hash version", Technical, Nobody, Building), ("body", Content, Nobody, Building), ("adopted_at", Moment, Nobody, Building)],
    },
    Table {
        name: "incident",
        purpose: "Incidents de confidentialité, tels que signalés.",
        keep: Keep::AtLeast("cinq ans après la prise de connaissance (A-2.1, r. 3.1, art. 8)"),
        columns: &[
            ("id number organisation_id reported_by", Technical, Member, Privacy),
            ("reported_at noticed_on", Moment, Member, Privacy),
            ("words", Words, Both, Privacy),
        ],
    },
    Table {
        name: "incident_version",
        purpose: "Registre des incidents : contenu fixé par règlement, chaque correction avec son motif.",
        keep: Keep::AtLeast("cinq ans après la prise de connaissance (A-2.1, r. 3.1, art. 8)"),
        columns: &[
            ("incident_id version form_id by_account", Technical, Member, Privacy),
            ("at", Moment, Member, Privacy),
            ("reason", Words, Both, Privacy),
            ("body", Content, Both, Privacy),
        ],
    },
    Table {
        name: "job",
        purpose: "Travaux en attente : copies de photos, rappels.",
        keep: Keep::Always,
        columns: &[("id kind payload attempts last_error", Technical, Nobody, Program), ("run_at done_at", Moment, Nobody, Program)],
    },
    Table {
        name: "known_device",
        purpose: "Navigateurs déjà connus d’un compte, pour ne pas en exclure la personne.",
        keep: Keep::Soon("400 jours, 100 par compte"),
        columns: &[("device_hash", Secret, Member, Program), ("account_id", Technical, Member, Program), ("seen_at", Moment, Member, Program)],
    },
    Table {
        name: "link_session",
        purpose: "Sessions de deux heures qu’ouvre un lien avec son code.",
        keep: Keep::Soon("à la fermeture ou à la révocation ; échues, au code suivant de n’importe qui"),
        columns: &[("token_hash csrf", Secret, Member, Program), ("link_id", Technical, Member, Program), ("expires_at", Moment, Member, Program)],
    },
    Table {
        name: "observation_sheet",
        purpose: "Réponses à la grille, par lieu : ce que l’on a vu, et les réponses des ménages.",
        keep: Keep::WithCase,
        columns: &[("visit_id place", Technical, Nobody, BySection), ("observations", Content, Both, BySection)],
    },
    Table {
        name: "organisation",
        purpose: "Organismes partenaires et leur personne pivot.",
        keep: Keep::WithAccount,
        columns: &[
            ("id", Technical, Nobody, Administration),
            ("name service municipality", Name, Nobody, Administration),
            ("pivot_person", Name, Member, Administration),
            ("kind receives_referrals second_factor_required", Code, Nobody, Administration),
            ("created_at", Moment, Nobody, Administration),
        ],
    },
    Table {
        name: "organisation_profile",
        purpose: "Ce qu’un organisme dit de lui-même dans le répertoire d’où il a été lu : description, téléphone, courriel, site.",
        keep: Keep::Always,
        columns: &[
            ("organisation_id source_id source_digest", Technical, Nobody, Administration),
            ("body", Content, Nobody, Administration),
            ("source", Code, Nobody, Administration),
            ("updated_at", Moment, Nobody, Administration),
        ],
    },
    Table {
        name: "passkey",
        purpose: "Clés d’accès d’un compte : clés publiques, qui n’ouvrent rien par elles-mêmes.",
        keep: Keep::WithAccount,
        columns: &[
            ("id account_id", Technical, Member, Program),
            ("credential_hash credential", Content, Member, Program),
            ("name", Words, Member, Program),
            ("created_at used_at", Moment, Member, Program),
        ],
    },
    Table {
        name: "person_request",
        purpose: "Demandes de personnes : accès, rectification, portabilité, retrait, cessation ; et leur réponse.",
        keep: Keep::WithCase,
        columns: &[
            ("id number organisation_id case_id dwelling_id assembled_by answered_by recorded_by revision", Technical, Both, Privacy),
            ("received_on answered_at", Moment, Household, Privacy),
            ("body", Content, Household, Privacy),
        ],
    },
    Table {
        name: "photo",
        purpose: "Photos : où, quoi, quand, et ce qui y est masqué. Les fichiers sont dans le dossier des photos.",
        keep: Keep::WithCase,
        columns: &[
            ("id visit_id building_id place criterion account_id event_id sha256 marks_revision", Technical, Member, BySection),
            ("confidential bytes content_type width height accuracy_m converter", Code, Household, BySection),
            ("taken_at verified_at derived_at removed_at captured_at undisplayable_at", Moment, Household, BySection),
            ("marks", Content, Household, BySection),
        ],
    },
    Table {
        name: "provider_subject",
        purpose: "Qui est, chez nous, une personne que le fournisseur de son organisme reconnaît.",
        keep: Keep::WithAccount,
        columns: &[
            ("issuer organisation_id account_id", Technical, Member, Program),
            ("subject_hash", Secret, Member, Program),
            ("bound_at", Moment, Member, Program),
        ],
    },
    Table {
        name: "purge_proof",
        purpose: "Preuves de purge, en chaîne : quel dossier, quelle règle, combien de chaque sorte.",
        keep: Keep::Proof,
        columns: &[
            ("sequence case_id form_id previous seal", Technical, Nobody, Privacy),
            ("by_account", Technical, Member, Privacy),
            ("number rule_version counts", Code, Nobody, Privacy),
            ("at", Moment, Member, Privacy),
        ],
    },
    Table {
        name: "purged_photo",
        purpose: "Photos purgées : un téléphone qui en garde une se fait dire que c’est fini.",
        keep: Keep::Proof,
        columns: &[("photo_id", Technical, Nobody, Program)],
    },
    Table {
        name: "recovery_code",
        purpose: "Codes de secours d’un compte, en empreintes ; un code utilisé disparaît.",
        keep: Keep::WithAccount,
        columns: &[("account_id", Technical, Member, Program), ("code_hash", Secret, Member, Program)],
    },
    Table {
        name: "recovery_request",
        purpose: "Demandes d’aide pour entrer de nouveau.",
        keep: Keep::Soon("à la réponse ; sinon inutilisable après une semaine"),
        columns: &[("account_id", Technical, Member, Administration), ("requested_at expires_at", Moment, Member, Administration)],
    },
    Table {
        name: "referral",
        purpose: "Références : à qui, pourquoi, jusqu’à quand, ce qui est partagé.",
        keep: Keep::WithCase,
        columns: &[
            ("id case_id building_id from_organisation to_organisation created_by revision", Technical, Member, Internal),
            ("stage confidential to_redirect", Code, Household, Internal),
            ("body", Content, Both, Internal),
            ("answered_by_name", Name, Member, Internal),
            ("answered_at sent_at due_at updated_at remind_at", Moment, Member, Internal),
        ],
    },
    Table {
        name: "referral_consent",
        purpose: "Sous quel consentement une référence partage une section.",
        keep: Keep::WithCase,
        columns: &[("referral_id consent_id", Technical, Household, Psychosocial), ("section", Code, Household, Psychosocial)],
    },
    Table {
        name: "referral_entry",
        purpose: "Historique d’une référence.",
        keep: Keep::WithCase,
        columns: &[
            ("id referral_id by_account", Technical, Member, Internal),
            ("at", Moment, Member, Internal),
            ("by_name", Name, Member, Internal),
            ("kind", Code, Nobody, Internal),
            ("text", Words, Both, Internal),
        ],
    },
    Table {
        name: "referral_forward",
        purpose: "Un partenaire demande qu’une référence qu’il a acceptée soit transmise à un autre service ; ce que la brigade répond.",
        keep: Keep::WithCase,
        columns: &[
            ("id referral_id to_organisation by_account waits_for", Technical, Member, Psychosocial),
            ("body", Words, Both, Psychosocial),
            ("by_name", Name, Member, Psychosocial),
            ("at", Moment, Member, Psychosocial),
        ],
    },
    Table {
        name: "referral_link",
        purpose: "Liens par lesquels une personne sans compte répond à une référence.",
        keep: Keep::WithCase,
        columns: &[
            ("id referral_id guest_id tries", Technical, Member, Internal),
            ("name", Name, Member, Internal),
            ("body", Content, Member, Internal),
            ("token_hash code_hash", Secret, Member, Program),
            ("expires_at revoked_at opened_at", Moment, Member, Internal),
        ],
    },
    Table {
        name: "referral_message",
        purpose: "Échanges entre les deux côtés d’une référence, questions et réponses.",
        keep: Keep::WithCase,
        columns: &[
            ("id referral_id from_organisation by_account replies_to", Technical, Member, Internal),
            ("by_name", Name, Member, Internal),
            ("at", Moment, Member, Internal),
            ("text", Words, Both, Internal),
            ("asks", Code, Nobody, Internal),
        ],
    },
    Table {
        name: "referral_reading",
        purpose: "Qui a ouvert une référence, la première et la dernière fois : accusés de lecture.",
        keep: Keep::WithCase,
        columns: &[
            ("referral_id reader organisation_id", Technical, Member, Internal),
            ("name", Name, Member, Internal),
            ("first_at last_at", Moment, Member, Internal),
        ],
    },
    Table { name: "register_number", purpose: "Numéros des registres.", keep: Keep::Always, columns: &[("register last", Technical, Nobody, Program)] },
    Table {
        name: "rescue_file",
        purpose: "Fichiers de secours remis au bureau : combien, jamais quoi.",
        keep: Keep::WithAccount,
        columns: &[
            ("id device_id account_id handed_in_by", Technical, Member, Administration),
            ("at", Moment, Member, Administration),
            ("events_stored events_known events_refused photos_stored photos_known photos_refused photos_missing", Code, Member, Administration),
        ],
    },
    Table {
        name: "retention_hold",
        purpose: "Gels : dossiers qui ne se purgent pas, pourquoi et jusqu’à quand.",
        keep: Keep::Proof,
        columns: &[
            ("id case_id", Technical, Nobody, Privacy),
            ("placed_by", Technical, Member, Privacy),
            ("reason", Words, Member, Privacy),
            ("placed_at until_on", Moment, Member, Privacy),
        ],
    },
    Table {
        name: "retention_hold_lift",
        purpose: "Gels levés.",
        keep: Keep::Proof,
        columns: &[("hold_id", Technical, Nobody, Privacy), ("by_account", Technical, Member, Privacy), ("at", Moment, Member, Privacy)],
    },
    Table {
        name: "round_stop",
        purpose: "Tournée : quel immeuble, quel jour.",
        keep: Keep::WithBuilding,
        columns: &[
            ("building_id organisation_id", Technical, Nobody, Building),
            ("planned_on", Moment, Nobody, Building),
            ("withdrawn", Code, Nobody, Building),
        ],
    },
    Table {
        name: "second_factor",
        purpose: "Deuxième facteur d’un compte.",
        keep: Keep::WithAccount,
        columns: &[
            ("account_id last_step", Technical, Member, Program),
            ("secret", Secret, Member, Program),
            ("created_at confirmed_at", Moment, Member, Administration),
        ],
    },
    Table {
        name: "server_key",
        purpose: "Clés du serveur : fichiers de secours, seconds facteurs, ce que portent les navigateurs.",
        keep: Keep::Always,
        columns: &[("name", Technical, Nobody, Program), ("secret", Secret, Nobody, Program), ("created_at", Moment, Nobody, Program)],
    },
    Table {
        name: "session",
        purpose: "Sessions ouvertes.",
        keep: Keep::Soon("à la déconnexion ; après 7 jours, à la connexion suivante de n’importe qui"),
        columns: &[
            ("token_hash csrf", Secret, Member, Program),
            ("account_id", Technical, Member, Program),
            ("created_at expires_at seen_at", Moment, Member, Program),
            ("id", Technical, Member, Program),
            ("browser handheld has_factor", Code, Member, Program),
        ],
    },
    Table {
        name: "sign_in_failure",
        purpose: "Mots de passe inexacts, comptés sans garder le courriel.",
        keep: Keep::Soon("après 24 heures, à l’échec suivant"),
        columns: &[("id", Technical, Nobody, Program), ("key_hash", Secret, Member, Program), ("at", Moment, Member, Program)],
    },
    Table {
        name: "sign_in_provider",
        purpose: "Fournisseur OpenID Connect d’un organisme. Son secret n’est pas dans la base.",
        keep: Keep::Always,
        columns: &[
            ("organisation_id issuer client_id secret_name email_domain", Technical, Nobody, Administration),
            ("factor_acr factor_counts", Code, Nobody, Administration),
            ("changed_at", Moment, Nobody, Administration),
        ],
    },
    Table {
        name: "sign_in_step",
        purpose: "Connexions dont le mot de passe était bon et qui attendent le deuxième facteur.",
        keep: Keep::Soon("à l’usage ; inutilisable après 5 minutes"),
        columns: &[("token_hash", Secret, Member, Program), ("account_id", Technical, Member, Program), ("expires_at", Moment, Member, Program)],
    },
    Table {
        name: "statistics_quarter",
        purpose: "Statistiques dépersonnalisées d’un trimestre, comptées une fois. Les petits nombres n’y sont pas.",
        keep: Keep::Always,
        columns: &[("quarter", Code, Nobody, Building), ("body", Content, Nobody, Building), ("made_at", Moment, Nobody, Building)],
    },
    Table {
        name: "spent_token",
        purpose: "Ce qui n’ouvre qu’une fois et a servi : état d’une connexion, défi d’une clé d’accès.",
        keep: Keep::Soon("quand cela ne pourrait plus être montré, en moins d’une heure"),
        columns: &[("token_hash", Secret, Nobody, Program), ("expires_at", Moment, Nobody, Program)],
    },
    Table {
        name: "territory",
        purpose: "Contours des municipalités.",
        keep: Keep::Always,
        columns: &[("id approximate", Technical, Nobody, Building), ("municipality borough", Name, Nobody, Building), ("ring", Content, Nobody, Building)],
    },
    Table {
        name: "upload",
        purpose: "Photos en cours d’envoi.",
        keep: Keep::Soon("quand l’envoi est abandonné ; terminé, la ligne reste avec le dossier, sans octets"),
        columns: &[
            ("photo_id account_id sha256", Technical, Member, BySection),
            ("content_type length_bytes received_bytes", Code, Nobody, BySection),
            ("created_at finished_at", Moment, Member, BySection),
        ],
    },
    Table {
        name: "visit",
        purpose: "Visites : quand, par qui, et ce qu’elles valent au dossier.",
        keep: Keep::Shell,
        columns: &[
            ("id building_id grid_hash grid_before case_id started_by", Technical, Member, Building),
            ("started_at finished_at updated_at expected_end paused_at pace_at", Moment, Member, Building),
            ("score complexity", Content, Nobody, Building),
            ("complexity_confidential", Content, Household, Psychosocial),
        ],
    },
    Table {
        name: "visit_dwelling",
        purpose: "À chaque porte : visitée, absence, refus, logement vacant.",
        keep: Keep::WithCase,
        columns: &[("visit_id dwelling_id event_id", Technical, Nobody, Dwelling), ("outcome", Code, Household, Dwelling)],
    },
    Table {
        name: "visit_reached",
        purpose: "Équipe jointe quand une visite s’éternise.",
        keep: Keep::WithCase,
        columns: &[
            ("id visit_id by_account", Technical, Member, Internal),
            ("at", Moment, Member, Internal),
            ("is_out", Code, Member, Internal),
            ("text", Words, Member, Internal),
        ],
    },
];

fn nature(nature: Nature) -> &'static str {
    match nature {
        Technical => "identifiant ou repère technique",
        Moment => "date ou heure",
        Code => "code, nombre ou choix",
        Name => "nom ou adresse",
        Words => "texte libre",
        Content => "contenu structuré",
        Secret => "secret, gardé haché, ou clé",
    }
}

fn whose(whose: Whose) -> &'static str {
    match whose {
        Nobody => "–",
        Member => "qui a un compte, ou personne pivot",
        Household => "ménage",
        Both => "ménage et qui a un compte",
    }
}

fn compartment(compartment: Compartment) -> &'static str {
    match compartment {
        Program => "aucun écran",
        Building => "immeuble",
        Dwelling => "logements",
        Psychosocial => "volet psychosocial",
        Internal => "notes internes",
        Administration => "administration",
        Privacy => "vie privée",
        BySection => "selon la section du critère",
    }
}

fn keep(keep: Keep) -> String {
    match keep {
        Keep::WithCase => {
            "purgé avec le dossier, un dossier à la fois, au terme de `casework::retention` (ébauche à convenir avec le calendrier de conservation)".to_owned()
        }
        Keep::Shell => "reste après la purge, sans les textes ni ce qui concerne un ménage : ce que comptent les statistiques".to_owned(),
        Keep::Proof => "sans limite : preuve de purge et de gel".to_owned(),
        Keep::WithBuilding => "tant que l’immeuble est suivi".to_owned(),
        Keep::WithAccount => "tant que le compte ou l’organisme existe".to_owned(),
        Keep::Always => "sans limite : rien de personnel".to_owned(),
        Keep::Soon(when) => format!("s’efface de soi-même : {when}"),
        Keep::ToBeSet => "durée à fixer par la personne responsable ; rien ne le purge".to_owned(),
        Keep::AtLeast(until) => format!("au moins {until}"),
    }
}

const INTRODUCTION: &str = "# Inventaire des données

Écrit à partir du schéma de la base et de `tests/src/inventory.rs` ; un test échoue si une colonne manque, sur SQLite comme sur PostgreSQL. Pour le
refaire : `BLESS=1 cargo test -p brigade-tests -- inventory`.

« De qui » dit sur qui une colonne peut renseigner ; « lu par » renvoie aux sections de `casework/PERMISSIONS.md`. Les photos elles-mêmes sont des
fichiers, par empreinte, dans le dossier des photos ; les copies affichées ne portent ni lieu ni appareil, et ce qui a été flouté n’y est plus.
Sur le téléphone, tout est scellé sous un code (AES-256-GCM).
";

fn document() -> String {
    let mut text = INTRODUCTION.to_owned();
    for table in TABLES {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n## `{}`\n\n{}\n\nConservation : {}.\n\n| colonne | nature | de qui | lu par |\n|---|---|---|---|\n",
            table.name,
            table.purpose,
            keep(table.keep)
        );
        for (columns, of, about, read_by) in table.columns {
            for column in columns.split(' ') {
                let _ = writeln!(text, "| `{column}` | {} | {} | {} |", nature(*of), whose(*about), compartment(*read_by));
            }
        }
    }
    text
}

fn classified() -> BTreeMap<String, BTreeSet<String>> {
    let mut tables = BTreeMap::new();
    for table in TABLES {
        let mut columns = BTreeSet::new();
        for column in table.columns.iter().flat_map(|(columns, ..)| columns.split(' ')) {
            assert!(columns.insert(column.to_owned()), "{}.{column} is classified twice", table.name);
        }
        assert!(tables.insert(table.name.to_owned(), columns).is_none(), "{} is classified twice", table.name);
    }
    tables
}

/// The columns of every table of ours, as the database itself says them.
async fn migrated(database: Database) -> BTreeMap<String, BTreeSet<String>> {
    let database = TestDatabase::create(database).await;
    let store = Store::open(database.url()).await.expect("the store opens");
    let select = match store.dialect() {
        Dialect::Sqlite => {
            "select m.name as of_table, c.name as of_column from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'"
        }
        Dialect::Postgres => {
            "select cast(table_name as text) as of_table, cast(column_name as text) as of_column from information_schema.columns where table_schema = 'public'"
        }
    };
    let rows = sqlx::query(select).fetch_all(store.reader()).await.expect("the schema");
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let of_table: String = row.try_get("of_table").expect("a table");
        // The migrations’ own.
        if of_table != "_sqlx_migrations" {
            tables.entry(of_table).or_default().insert(row.try_get("of_column").expect("a column"));
        }
    }
    store.close().await;
    tables
}

#[tokio::test]
async fn every_column_of_the_schema_is_classified_on_sqlite() {
    assert_eq!(migrated(Database::Sqlite).await, classified());
}

#[tokio::test]
async fn every_column_of_the_schema_is_classified_on_postgres() {
    if let Some(postgres) = Database::postgres() {
        assert_eq!(migrated(postgres).await, classified());
    }
}

#[test]
fn the_written_inventory_is_what_is_said_here() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/inventaire-des-donnees.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, document()).expect("the inventory is written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == document(), "docs/inventaire-des-donnees.md differs: BLESS=1 cargo test -p brigade-tests -- inventory");
}
