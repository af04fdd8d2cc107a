//! What several areas say: the frame of every page, and the names of the domain's own codes.

use casework::{
    case::{CaseOutcome, CaseStage, CaseVerb},
    escalation::{EscalationOutcome, EscalationStage, EscalationVerb},
    permission::{OrganisationKind, Role, Section},
    referral::{ReferralStage, ReferralVerb, Urgency},
    wire::v1::ErrorCode,
};

use super::{Locale, Text, errors, texts};
use crate::document::{Flash, FlashKind, success};

texts! {
    PRODUCT: "Brigade" / "Brigade";
    PRODUCT_TAGLINE: "Salubrité des logements, Longueuil et Brossard" / "Housing salubrity, Longueuil and Brossard";
    SKIP_TO_CONTENT: "Aller au contenu" / "Skip to content";
    NAV_MORE: "Plus" / "More";
    NAV_LABEL: "Navigation principale" / "Main navigation";
    NAV_CASES: "Dossiers" / "Cases";
    NAV_MINE: "À moi" / "Mine";
    NAV_ROUND: "Tournée" / "Round";
    NAV_CELL: "Cellule" / "Cell";
    NAV_REFERRALS: "Références" / "Referrals";
    NAV_DIRECTORY: "Répertoire" / "Directory";
    NAV_MAP: "Carte" / "Map";
    NAV_PRIVACY: "Vie privée" / "Privacy";
    NAV_DEVICES: "Appareils" / "Devices";
    NAV_FIELD: "Terrain" / "Field";
    NAV_ADMINISTRATION: "Administration" / "Administration";
    NAV_STATISTICS: "Statistiques" / "Statistics";
    ACCOUNT_MENU: "Compte de {name}" / "Account of {name}";
    MY_ACCOUNT: "Mon compte" / "My account";
    SIGN_OUT: "Se déconnecter" / "Sign out";
    SIGN_IN: "Se connecter" / "Sign in";
    OTHER_LANGUAGE: "English" / "Français";
    DEMO: "Démonstration" / "Demonstration";
    DEMO_BANNER: "Démonstration : immeubles, ménages et événements sont inventés." / "Demonstration: buildings, households and events are invented.";
    LOADING: "Chargement…" / "Loading…";
    FIELD_BOOT_FAILED: "L’application n’a pas pu démarrer sur cet appareil. Vos saisies y sont toujours : rechargez la page ou mettez le navigateur à jour." / "The app could not start on this device. What you entered is still here: reload the page or update the browser.";
    FLASH_FIRST_ACCOUNT: "Le compte d’administration est créé. Connectez-vous." / "The administration account is ready. Sign in.";
    BACK_TO_MAP: "Retour à la carte" / "Back to the map";
    BACK_TO_CASES: "Tous les dossiers" / "All cases";
    BACK_TO_REFERRALS: "Toutes les références" / "All referrals";
    REQUIRED: "obligatoire" / "required";
    NONE: "Aucun" / "None";
    UNKNOWN: "Inconnu" / "Unknown";
    BY: "par {name}" / "by {name}";
    EXERCISE: "EXERCICE" / "DRILL";
    STRUCK: "Biffé : {reason}" / "Struck: {reason}";

    ERROR_TITLE: "Cette page ne peut pas s’afficher" / "This page cannot be shown";
    NOT_FOUND_TITLE: "Introuvable" / "Not found";
    NOT_FOUND_TEXT: "Cette page n’existe pas, ou elle est hors de votre accès." / "This page does not exist, or is not yours to see.";
    GO_HOME: "Revenir à l’accueil" / "Back to the start page";
    TRY_AGAIN: "Réessayer" / "Try again";

    FORM_NETWORK: "Aucune réponse\u{a0}: le réseau manque peut-être. Ce que vous avez écrit est resté ici. Renvoyez quand il revient." / "No answer: the network may be down. What you wrote is still here. Send again once it is back.";
    FORM_SIGNED_OUT: "Votre session a pris fin. Ce que vous avez écrit est resté ici\u{a0}: connectez-vous dans un autre onglet, puis renvoyez." / "Your session has ended. What you wrote is still here: sign in in another tab, then send again.";
    FORM_SIGN_IN_APART: "Se connecter dans un autre onglet" / "Sign in in another tab";

    FLASH_SAVED: "C’est enregistré." / "Saved.";
    FLASH_SIGNED_OUT: "Vous êtes déconnecté." / "You are signed out.";
    FLASH_PASSWORD_CHOSEN: "Votre mot de passe est enregistré. Connectez-vous." / "Your password is saved. Sign in.";
    FLASH_PASSWORD_CHANGED: "Votre mot de passe est changé. Vos autres sessions sont fermées." / "Your password is changed. Your other sessions are closed.";
    FLASH_SESSION_ENDED: "La session est fermée." / "The session is closed.";
    FLASH_OTHER_SESSIONS_ENDED: "Toutes vos autres sessions sont fermées." / "All your other sessions are closed.";
    FLASH_FACTOR_BEGUN: "Visez l’image avec votre application, puis tapez le code qu’elle affiche." / "Aim at the picture with your app, then type the code it shows.";
    FLASH_FACTOR_CONFIRMED: "Votre second facteur est en place. Gardez les codes de secours." / "Your second factor is in place. Keep the recovery codes.";
    FLASH_FACTOR_REMOVED: "Votre second facteur est retiré." / "Your second factor is removed.";
    FLASH_FACTOR_RESET: "Le second facteur est retiré. La personne le saura à sa prochaine connexion." / "The second factor is removed. The person will be told at the next sign-in.";
    FLASH_CODES_RENEWED: "Voici vos nouveaux codes de secours. Les anciens ne servent plus." / "Here are your new recovery codes. The old ones no longer work.";
    FLASH_ORGANISATION_CHANGED: "La règle de l’organisme est changée." / "The rule of the organisation is changed.";
    FLASH_RECOVERY_ASKED: "Si un compte porte ce courriel, l’administration de votre équipe voit maintenant votre demande. Appelez-la." / "If an account has this e-mail, your team’s administrator now sees your request. Call them.";
    FLASH_RECOVERY_SET_ASIDE: "La demande est écartée." / "The request is set aside.";
    FLASH_DEPARTED: "L’accès est fermé, et ce que la personne tenait est confié." / "The access is closed, and what the person held is handed over.";
    FLASH_ORGANISATION_ADDED: "L’organisme est ajouté." / "The organisation is added.";
    FLASH_ACCOUNT_ADDED: "Le compte est ajouté. Remettez son lien à la personne." / "The account is added. Hand its link to the person.";
    FLASH_ACCOUNT_CHANGED: "L’accès du compte a changé." / "The access of the account has changed.";
    FLASH_PASSKEY_BEGUN: "Mot de passe confirmé. Créez la clé d’accès maintenant." / "Password confirmed. Make the passkey now.";
    FLASH_PASSKEY_ADDED: "La clé d’accès est ajoutée. Elle ouvre votre compte sans mot de passe." / "The passkey is added. It opens your account without a password.";
    FLASH_PASSKEY_RENAMED: "La clé d’accès porte son nouveau nom." / "The passkey has its new name.";
    FLASH_PASSKEY_REMOVED: "La clé d’accès est retirée\u{a0}: elle n’ouvre plus rien." / "The passkey is removed: it opens nothing any more.";
    FLASH_DEPUTY_NAMED: "Le remplacement est noté." / "The deputy is named.";
    FLASH_DEPUTY_ENDED: "Le remplacement a pris fin." / "The deputy no longer stands in.";
    FLASH_PROVIDER_SET: "Le fournisseur a répondu. Les personnes de cet organisme peuvent entrer par lui." / "The provider answered. The people of this organisation can enter by it.";
    FLASH_PROVIDER_REMOVED: "Les personnes de cet organisme entrent de nouveau avec leur mot de passe." / "The people of this organisation enter with their password again.";
    FLASH_LINK_RENEWED: "Un nouveau lien est prêt. Remettez-le à la personne." / "A new link is ready. Hand it to the person.";
    FLASH_BUILDING_ADDED: "L’immeuble est ajouté à la tournée." / "The building is added to the round.";
    FLASH_ROUND_PLANNED: "La tournée est à jour." / "The round is up to date.";
    FLASH_RESCUE_RECEIVED: "Le fichier est reçu. Ce qu’il contenait est dit plus bas." / "The file is received. What it held is told below.";
    FLASH_DEVICE_REVOKED: "L’appareil est révoqué. Son prochain contact l’effacera." / "The device is revoked. Its next contact will wipe it.";
    FLASH_ESCALATION_RAISED: "La cellule d’urgence est déclenchée." / "The emergency cell has been called.";
    FLASH_ESCALATION_UPDATED: "L’escalade est à jour." / "The escalation is up to date.";
    FLASH_TEAM_REACHED: "C’est noté\u{a0}: l’équipe a été jointe." / "Noted: the team was reached.";
    FLASH_NOTE_ADDED: "La note est au journal." / "The note is in the log.";
    FLASH_NOTE_STRUCK: "La ligne est biffée; elle reste lisible." / "The line is struck; it stays readable.";
    FLASH_REFERRAL_SENT: "La référence est envoyée." / "The referral has been sent.";
    FLASH_REFERRAL_DRAFTED: "Rien n’est encore envoyé\u{a0}: voici ce que le destinataire lira." / "Nothing was sent yet: this is what the recipient will read.";
    FLASH_LINK_MADE: "Le lien est créé\u{a0}: remettez-le avec son code, séparément." / "The link is made: hand it over with its code, apart.";
    FLASH_LINK_REVOKED: "Le lien est révoqué\u{a0}: il n’ouvre plus rien." / "The link is revoked: it opens nothing any more.";
    FLASH_BUILDING_SIGNALLED: "L’immeuble est signalé à la brigade. Sa réponse viendra ici." / "The building is signalled to the brigade. Its answer will come here.";
    FLASH_GROUP_SENT: "Les références sont toutes envoyées." / "All the referrals are sent.";
    FLASH_FORWARD_ASKED: "La demande de transmission est envoyée à la brigade." / "The asking to pass it on is sent to the brigade.";
    FLASH_FORWARD_REFUSED: "Le refus est envoyé, avec son motif." / "The refusal is sent, with its reason.";
    FLASH_MESSAGE_SENT: "Le message est envoyé." / "The message is sent.";
    FLASH_REFERRAL_UPDATED: "La référence est à jour." / "The referral is up to date.";
    FLASH_CONSENT_RECORDED: "La réponse de la personne est notée." / "The person’s answer is recorded.";
    FLASH_CONSENT_WITHDRAWN: "Le consentement est retiré\u{a0}: plus rien n’est partagé en son nom." / "The consent is withdrawn: nothing is shared under it any more.";
    FLASH_REQUEST_RECORDED: "La demande est inscrite." / "The request is recorded.";
    FLASH_REQUEST_ASSEMBLED: "Le dossier est dit prêt." / "The file is said to be ready.";
    FLASH_REQUEST_ANSWERED: "La réponse est notée." / "The answer is recorded.";
    PERSON_REQUESTS: "Demandes de personnes" / "Requests of persons";
    FLASH_HOLD_PLACED: "Le dossier est gelé." / "The case is on hold.";
    FLASH_HOLD_LIFTED: "Le gel est levé." / "The hold is lifted.";
    FLASH_CASE_PURGED: "Le dossier est purgé. La preuve est au registre." / "The case is purged. The proof is in the register.";
    FLASH_INCIDENT_REPORTED: "Signalé. La personne responsable de la protection des renseignements le verra." / "Reported. The privacy officer will see it.";
    FLASH_INCIDENT_WRITTEN: "Le registre est à jour." / "The register is up to date.";
    REPORT_INCIDENT: "Signaler un incident de confidentialité" / "Report a confidentiality incident";
    FLASH_SHARING_REVIEWED: "L’examen est noté." / "The review is recorded.";
    FLASH_COMMENT_ADDED: "Le commentaire est au dossier." / "The comment is on the case.";
    FLASH_SERVICE_KEPT: "La fiche du service est enregistrée." / "The service is kept.";
    FLASH_SERVICE_VERIFIED: "La vérification est inscrite, à la date d’aujourd’hui." / "The verification is recorded, under today’s date.";
    FLASH_AGREEMENT_KEPT: "L’entente est inscrite." / "The agreement is recorded.";
    FLASH_STAGE_CHANGED: "L’étape du dossier a changé." / "The stage of the case has changed.";

    BAND_LABEL: "Cote {band}, {meaning}" / "Band {band}, {meaning}";
    BAND_NONE_LABEL: "Pas encore de cote" / "No band yet";
    BAND_A: "bon état" / "good repair";
    BAND_B: "à corriger" / "to be corrected";
    BAND_C: "insalubrité importante" / "serious insalubrity";
    BAND_D: "grave" / "grave";
    SEVERITY_LABEL: "Gravité {level}, {meaning}" / "Severity {level}, {meaning}";
    SEVERITY_0: "conforme" / "none";
    SEVERITY_1: "mineure" / "minor";
    SEVERITY_2: "modérée" / "moderate";
    SEVERITY_3: "majeure" / "major";
    SEVERITY_4: "danger immédiat" / "immediate danger";
    DANGER: "Danger immédiat" / "Immediate danger";

    PLACE_EXTERIOR: "Extérieur" / "Exterior";
    PLACE_COMMON: "Aires communes" / "Common areas";
    PLACE_DWELLING: "Logement {door}" / "Dwelling {door}";
    PLACE_DWELLING_UNNAMED: "Logement" / "Dwelling";

    ANSWER_OBSERVED: "Observé" / "Observed";
    ANSWER_TO_VERIFY: "À vérifier" / "To verify";
    ANSWER_NOT_APPLICABLE: "Sans objet" / "Not applicable";
    ANSWER_REFUSED: "Refusé par l’occupant" / "Declined by the occupant";
    ANSWER_CLEARED: "Effacé" / "Cleared";
    PHOTO: "Photo {number} de {label}" / "Photo {number} of {label}";
    PHOTO_UNVERIFIED: "pas encore vérifiée" / "not verified yet";
    PHOTO_MARKED: "annotée" / "annotated";
    PHOTO_ORIGINAL_ONLY: "format non affichable, original conservé" / "format that cannot be shown, original kept";

    UNIT_SQUARE_METRE: "m²" / "m²";
    UNIT_MILLIMETRE: "mm" / "mm";
    UNIT_CELSIUS: "°C" / "°C";
    UNIT_PERCENT: "%" / "%";
    UNIT_YEARS: "ans" / "years";
    UNIT_DAYS: "jours" / "days";

    CASE_STAGE_NEW: "Nouveau" / "New";
    CASE_STAGE_ASSIGNED: "Attribué" / "Assigned";
    CASE_STAGE_IN_PROGRESS: "En cours" / "In progress";
    CASE_STAGE_WAITING: "En attente d’un partenaire" / "Waiting on a partner";
    CASE_STAGE_MONITORING: "Sous surveillance" / "Monitoring";
    CASE_STAGE_CLOSED: "Fermé" / "Closed";

    CASE_VERB_ASSIGN: "Prendre le dossier en charge" / "Take the case";
    CASE_VERB_START: "Commencer ou reprendre le travail" / "Begin or resume work";
    CASE_VERB_WAIT: "Mettre en attente d’un partenaire" / "Wait on a partner";
    CASE_VERB_MONITOR: "Passer en surveillance" / "Move to monitoring";
    CASE_VERB_CLOSE: "Fermer le dossier" / "Close the case";
    CASE_VERB_REOPEN: "Rouvrir le dossier" / "Reopen the case";

    CASE_OUTCOME_CORRECTED: "Corrigé" / "Corrected";
    CASE_OUTCOME_PARTLY: "Corrigé en partie" / "Partly corrected";
    CASE_OUTCOME_RELOCATED: "Ménage relogé" / "Household rehoused";
    CASE_OUTCOME_KEPT: "Ménage maintenu en logement" / "Household kept in place";
    CASE_OUTCOME_OWNER: "Propriétaire en défaut, autres recours" / "Owner in default, other proceedings";
    CASE_OUTCOME_UNFOUNDED: "Non fondé" / "Unfounded";
    CASE_OUTCOME_DUPLICATE: "Doublon" / "Duplicate";

    ESCALATION_RAISED: "Déclenchée" / "Raised";
    ESCALATION_ACKNOWLEDGED: "Réception accusée" / "Acknowledged";
    ESCALATION_DISPATCHED: "Équipe partie" / "Team dispatched";
    ESCALATION_ON_SCENE: "Sur place" / "On scene";
    ESCALATION_STABILISED: "Stabilisée" / "Stabilised";
    ESCALATION_STOOD_DOWN: "Terminée" / "Stood down";

    ESCALATION_VERB_ACKNOWLEDGE: "Accuser réception" / "Acknowledge";
    ESCALATION_VERB_DISPATCH: "Envoyer une équipe" / "Send a team";
    ESCALATION_VERB_ARRIVE: "Équipe sur place" / "Team on scene";
    ESCALATION_VERB_STABILISE: "Situation stabilisée" / "Situation stabilised";
    ESCALATION_VERB_STAND_DOWN: "Mettre fin" / "Stand down";

    ESCALATION_OUTCOME_MADE_SAFE: "Danger écarté, les gens restent" / "Made safe, people stay";
    ESCALATION_OUTCOME_EVACUATED: "Évacuation" / "Evacuated";
    ESCALATION_OUTCOME_RELOCATED: "Relogement" / "Rehoused";
    ESCALATION_OUTCOME_HANDED_OVER: "Remis aux pompiers, à la police ou aux ambulanciers" / "Handed over to fire, police or ambulance";

    REFERRAL_DRAFT: "Brouillon" / "Draft";
    REFERRAL_SENT: "Envoyée" / "Sent";
    REFERRAL_ACCEPTED: "Acceptée" / "Accepted";
    REFERRAL_DECLINED: "Refusée" / "Declined";
    REFERRAL_IN_PROGRESS: "En cours" / "In progress";
    REFERRAL_ON_HOLD: "Suspendue" / "On hold";
    REFERRAL_COMPLETED: "Terminée" / "Completed";
    REFERRAL_WITHDRAWN: "Retirée" / "Withdrawn";
    REFERRAL_EXPIRED: "Échue sans réponse" / "Expired unanswered";

    REFERRAL_VERB_SEND: "Envoyer" / "Send";
    REFERRAL_VERB_ACCEPT: "Accepter" / "Accept";
    REFERRAL_VERB_DECLINE: "Refuser" / "Decline";
    REFERRAL_VERB_START: "Commencer" / "Start";
    REFERRAL_VERB_HOLD: "Suspendre" / "Put on hold";
    REFERRAL_VERB_RESUME: "Reprendre" / "Resume";
    REFERRAL_VERB_COMPLETE: "Terminer" / "Complete";
    REFERRAL_VERB_REDIRECT: "Réorienter" / "Redirect";
    REFERRAL_VERB_WITHDRAW: "Retirer" / "Withdraw";
    REFERRAL_VERB_EXPIRE: "Laisser échoir" / "Let expire";

    URGENCY_ROUTINE: "Régulière" / "Routine";
    URGENCY_SOON: "Rapide" / "Soon";
    URGENCY_URGENT: "Urgente" / "Urgent";

    SECTION_EXISTENCE: "Existence du dossier" / "That the case exists";
    SECTION_BUILDING: "Immeuble" / "Building";
    SECTION_DWELLING: "Logements" / "Dwellings";
    SECTION_HOUSEHOLD: "Ménage" / "Household";
    SECTION_PSYCHOSOCIAL: "Volet psychosocial" / "Psychosocial compartment";
    SECTION_CONTACT: "Coordonnées" / "Contact";
    SECTION_OWNER: "Propriétaire et gestion" / "Owner and management";
    SECTION_INTERNAL: "Notes internes" / "Internal notes";
    SECTION_EXISTENCE_HINT: "Numéro, adresse, étape." / "Number, address, stage.";
    SECTION_BUILDING_HINT: "Fiche de l’immeuble, extérieur et aires communes, avec photos." / "Building sheet, exterior and common areas, with photos.";
    SECTION_DWELLING_HINT: "Observations faites dans les logements, avec photos; la porte est nommée." / "Observations made in dwellings, with photos; the door is named.";
    SECTION_HOUSEHOLD_HINT: "Composition et besoins exprimés. Consentement nécessaire." / "Composition and expressed needs. Consent needed.";
    SECTION_PSYCHOSOCIAL_HINT: "Observations confidentielles du volet psychosocial. Consentement nécessaire." / "Confidential observations of the psychosocial compartment. Consent needed.";
    SECTION_CONTACT_HINT: "Noms et moyens de joindre les personnes. Consentement nécessaire." / "Names and how to reach the people. Consent needed.";
    SECTION_OWNER_HINT: "Démarches auprès du propriétaire, réponses et antécédents." / "Steps taken with the owner, answers and history.";
    SECTION_INTERNAL_HINT: "Ne se partage jamais." / "Never shared.";
    CONSENT_NEEDED: "consentement nécessaire" / "consent needed";

    ROLE_INSPECTOR: "Inspection" / "Inspector";
    ROLE_PSYCHOSOCIAL: "Intervention psychosociale" / "Psychosocial worker";
    ROLE_COORDINATOR: "Coordination" / "Coordinator";
    ROLE_DISPATCHER: "Cellule d’urgence" / "Emergency cell";
    ROLE_PARTNER: "Partenaire" / "Partner";
    ROLE_ADMINISTRATOR: "Administration" / "Administrator";
    ROLE_PRIVACY: "Protection des renseignements" / "Privacy officer";

    KIND_BRIGADE: "Brigade" / "Brigade";
    KIND_CITY: "Ville" / "City";
    KIND_HEALTH: "Santé" / "Health";
    KIND_FIRE: "Incendie" / "Fire";
    KIND_POLICE: "Police" / "Police";
    KIND_HOUSING: "Office d’habitation" / "Housing office";
    KIND_COMMUNITY: "Organisme communautaire" / "Community body";
    KIND_RELIEF: "Secours" / "Relief";
    KIND_OTHER: "Autre organisme" / "Other body";
}

/// The name of a case's stage.
pub fn case_stage(stage: CaseStage) -> Text {
    match stage {
        CaseStage::New => CASE_STAGE_NEW,
        CaseStage::Assigned => CASE_STAGE_ASSIGNED,
        CaseStage::InProgress => CASE_STAGE_IN_PROGRESS,
        CaseStage::WaitingOnPartner => CASE_STAGE_WAITING,
        CaseStage::Monitoring => CASE_STAGE_MONITORING,
        CaseStage::Closed => CASE_STAGE_CLOSED,
    }
}

/// What a button says for a case's verb.
pub fn case_verb(verb: CaseVerb) -> Text {
    match verb {
        CaseVerb::Assign => CASE_VERB_ASSIGN,
        CaseVerb::Start => CASE_VERB_START,
        CaseVerb::Wait => CASE_VERB_WAIT,
        CaseVerb::Monitor => CASE_VERB_MONITOR,
        CaseVerb::Close => CASE_VERB_CLOSE,
        CaseVerb::Reopen => CASE_VERB_REOPEN,
    }
}

/// How a case ended.
pub fn case_outcome(outcome: CaseOutcome) -> Text {
    match outcome {
        CaseOutcome::Corrected => CASE_OUTCOME_CORRECTED,
        CaseOutcome::PartlyCorrected => CASE_OUTCOME_PARTLY,
        CaseOutcome::Relocated => CASE_OUTCOME_RELOCATED,
        CaseOutcome::KeptInPlace => CASE_OUTCOME_KEPT,
        CaseOutcome::OwnerFailure => CASE_OUTCOME_OWNER,
        CaseOutcome::Unfounded => CASE_OUTCOME_UNFOUNDED,
        CaseOutcome::Duplicate => CASE_OUTCOME_DUPLICATE,
    }
}

/// The name of an escalation's stage.
pub fn escalation_stage(stage: EscalationStage) -> Text {
    match stage {
        EscalationStage::Raised => ESCALATION_RAISED,
        EscalationStage::Acknowledged => ESCALATION_ACKNOWLEDGED,
        EscalationStage::Dispatched => ESCALATION_DISPATCHED,
        EscalationStage::OnScene => ESCALATION_ON_SCENE,
        EscalationStage::Stabilised => ESCALATION_STABILISED,
        EscalationStage::StoodDown => ESCALATION_STOOD_DOWN,
    }
}

/// What a button says for an escalation's verb.
pub fn escalation_verb(verb: EscalationVerb) -> Text {
    match verb {
        EscalationVerb::Acknowledge => ESCALATION_VERB_ACKNOWLEDGE,
        EscalationVerb::Dispatch => ESCALATION_VERB_DISPATCH,
        EscalationVerb::Arrive => ESCALATION_VERB_ARRIVE,
        EscalationVerb::Stabilise => ESCALATION_VERB_STABILISE,
        EscalationVerb::StandDown => ESCALATION_VERB_STAND_DOWN,
    }
}

/// How an escalation's danger ended.
pub fn escalation_outcome(outcome: EscalationOutcome) -> Text {
    match outcome {
        EscalationOutcome::MadeSafe => ESCALATION_OUTCOME_MADE_SAFE,
        EscalationOutcome::Evacuated => ESCALATION_OUTCOME_EVACUATED,
        EscalationOutcome::Relocated => ESCALATION_OUTCOME_RELOCATED,
        EscalationOutcome::HandedOver => ESCALATION_OUTCOME_HANDED_OVER,
    }
}

/// The name of a referral's stage.
pub fn referral_stage(stage: ReferralStage) -> Text {
    match stage {
        ReferralStage::Draft => REFERRAL_DRAFT,
        ReferralStage::Sent => REFERRAL_SENT,
        ReferralStage::Accepted => REFERRAL_ACCEPTED,
        ReferralStage::Declined => REFERRAL_DECLINED,
        ReferralStage::InProgress => REFERRAL_IN_PROGRESS,
        ReferralStage::OnHold => REFERRAL_ON_HOLD,
        ReferralStage::Completed => REFERRAL_COMPLETED,
        ReferralStage::Withdrawn => REFERRAL_WITHDRAWN,
        ReferralStage::Expired => REFERRAL_EXPIRED,
    }
}

/// What a button says for a referral's verb.
pub fn referral_verb(verb: ReferralVerb) -> Text {
    match verb {
        ReferralVerb::Send => REFERRAL_VERB_SEND,
        ReferralVerb::Accept => REFERRAL_VERB_ACCEPT,
        ReferralVerb::Decline => REFERRAL_VERB_DECLINE,
        ReferralVerb::Start => REFERRAL_VERB_START,
        ReferralVerb::Hold => REFERRAL_VERB_HOLD,
        ReferralVerb::Resume => REFERRAL_VERB_RESUME,
        ReferralVerb::Complete => REFERRAL_VERB_COMPLETE,
        ReferralVerb::Withdraw => REFERRAL_VERB_WITHDRAW,
        ReferralVerb::Redirect => REFERRAL_VERB_REDIRECT,
        ReferralVerb::Expire => REFERRAL_VERB_EXPIRE,
    }
}

/// The name of an urgency.
pub fn urgency(urgency: Urgency) -> Text {
    match urgency {
        Urgency::Routine => URGENCY_ROUTINE,
        Urgency::Soon => URGENCY_SOON,
        Urgency::Urgent => URGENCY_URGENT,
    }
}

/// The name of a section, and what sharing it gives away.
pub fn section(section: Section) -> (Text, Text) {
    match section {
        Section::Existence => (SECTION_EXISTENCE, SECTION_EXISTENCE_HINT),
        Section::Building => (SECTION_BUILDING, SECTION_BUILDING_HINT),
        Section::Dwelling => (SECTION_DWELLING, SECTION_DWELLING_HINT),
        Section::Household => (SECTION_HOUSEHOLD, SECTION_HOUSEHOLD_HINT),
        Section::Psychosocial => (SECTION_PSYCHOSOCIAL, SECTION_PSYCHOSOCIAL_HINT),
        Section::Contact => (SECTION_CONTACT, SECTION_CONTACT_HINT),
        Section::Owner => (SECTION_OWNER, SECTION_OWNER_HINT),
        Section::Internal => (SECTION_INTERNAL, SECTION_INTERNAL_HINT),
    }
}

/// The name of a role.
pub fn role(role: Role) -> Text {
    match role {
        Role::Inspector => ROLE_INSPECTOR,
        Role::PsychosocialWorker => ROLE_PSYCHOSOCIAL,
        Role::Coordinator => ROLE_COORDINATOR,
        Role::Dispatcher => ROLE_DISPATCHER,
        Role::PartnerAgent => ROLE_PARTNER,
        Role::Administrator => ROLE_ADMINISTRATOR,
        Role::PrivacyOfficer => ROLE_PRIVACY,
    }
}

/// The name of a kind of organisation.
pub fn organisation_kind(kind: OrganisationKind) -> Text {
    match kind {
        OrganisationKind::Brigade => KIND_BRIGADE,
        OrganisationKind::City => KIND_CITY,
        OrganisationKind::Health => KIND_HEALTH,
        OrganisationKind::Fire => KIND_FIRE,
        OrganisationKind::Police => KIND_POLICE,
        OrganisationKind::HousingOffice => KIND_HOUSING,
        OrganisationKind::Community => KIND_COMMUNITY,
        OrganisationKind::Relief => KIND_RELIEF,
        OrganisationKind::Other => KIND_OTHER,
    }
}

/// What a band letter means; `None` for what is not a band.
pub fn band(letter: &str) -> Option<Text> {
    match letter {
        "A" => Some(BAND_A),
        "B" => Some(BAND_B),
        "C" => Some(BAND_C),
        "D" => Some(BAND_D),
        _ => None,
    }
}

/// What a severity level (0 to 4) means.
pub fn severity(level: u8) -> Text {
    match level {
        0 => SEVERITY_0,
        1 => SEVERITY_1,
        2 => SEVERITY_2,
        3 => SEVERITY_3,
        _ => SEVERITY_4,
    }
}

/// What the page says after a post.
pub fn flash(flash: &Flash, locale: Locale) -> &'static str {
    match flash.kind {
        FlashKind::Error => errors::of(ErrorCode::from_code(&flash.code).unwrap_or(ErrorCode::Internal)).get(locale),
        FlashKind::Success => match flash.code.as_str() {
            success::SIGNED_OUT => FLASH_SIGNED_OUT,
            success::FIRST_ACCOUNT_CREATED => FLASH_FIRST_ACCOUNT,
            success::PASSWORD_CHOSEN => FLASH_PASSWORD_CHOSEN,
            success::PASSWORD_CHANGED => FLASH_PASSWORD_CHANGED,
            success::SESSION_ENDED => FLASH_SESSION_ENDED,
            success::OTHER_SESSIONS_ENDED => FLASH_OTHER_SESSIONS_ENDED,
            success::FACTOR_BEGUN => FLASH_FACTOR_BEGUN,
            success::FACTOR_CONFIRMED => FLASH_FACTOR_CONFIRMED,
            success::FACTOR_REMOVED => FLASH_FACTOR_REMOVED,
            success::FACTOR_RESET => FLASH_FACTOR_RESET,
            success::CODES_RENEWED => FLASH_CODES_RENEWED,
            success::ORGANISATION_CHANGED => FLASH_ORGANISATION_CHANGED,
            success::RECOVERY_ASKED => FLASH_RECOVERY_ASKED,
            success::RECOVERY_SET_ASIDE => FLASH_RECOVERY_SET_ASIDE,
            success::DEPARTED => FLASH_DEPARTED,
            success::ORGANISATION_ADDED => FLASH_ORGANISATION_ADDED,
            success::ACCOUNT_ADDED => FLASH_ACCOUNT_ADDED,
            success::ACCOUNT_CHANGED => FLASH_ACCOUNT_CHANGED,
            success::PASSKEY_BEGUN => FLASH_PASSKEY_BEGUN,
            success::PASSKEY_ADDED => FLASH_PASSKEY_ADDED,
            success::PASSKEY_RENAMED => FLASH_PASSKEY_RENAMED,
            success::PASSKEY_REMOVED => FLASH_PASSKEY_REMOVED,
            success::DEPUTY_NAMED => FLASH_DEPUTY_NAMED,
            success::DEPUTY_ENDED => FLASH_DEPUTY_ENDED,
            success::PROVIDER_SET => FLASH_PROVIDER_SET,
            success::PROVIDER_REMOVED => FLASH_PROVIDER_REMOVED,
            success::LINK_RENEWED => FLASH_LINK_RENEWED,
            success::BUILDING_ADDED => FLASH_BUILDING_ADDED,
            success::ROUND_PLANNED => FLASH_ROUND_PLANNED,
            success::RESCUE_RECEIVED => FLASH_RESCUE_RECEIVED,
            success::DEVICE_REVOKED => FLASH_DEVICE_REVOKED,
            success::ESCALATION_RAISED => FLASH_ESCALATION_RAISED,
            success::ESCALATION_UPDATED => FLASH_ESCALATION_UPDATED,
            success::NOTE_ADDED => FLASH_NOTE_ADDED,
            success::TEAM_REACHED => FLASH_TEAM_REACHED,
            success::NOTE_STRUCK => FLASH_NOTE_STRUCK,
            success::REFERRAL_SENT => FLASH_REFERRAL_SENT,
            success::REFERRAL_UPDATED => FLASH_REFERRAL_UPDATED,
            success::REFERRAL_DRAFTED => FLASH_REFERRAL_DRAFTED,
            success::LINK_MADE => FLASH_LINK_MADE,
            success::LINK_REVOKED => FLASH_LINK_REVOKED,
            success::BUILDING_SIGNALLED => FLASH_BUILDING_SIGNALLED,
            success::GROUP_SENT => FLASH_GROUP_SENT,
            success::FORWARD_ASKED => FLASH_FORWARD_ASKED,
            success::FORWARD_REFUSED => FLASH_FORWARD_REFUSED,
            success::MESSAGE_SENT => FLASH_MESSAGE_SENT,
            success::CONSENT_RECORDED => FLASH_CONSENT_RECORDED,
            success::CONSENT_WITHDRAWN => FLASH_CONSENT_WITHDRAWN,
            success::REQUEST_RECORDED => FLASH_REQUEST_RECORDED,
            success::REQUEST_ASSEMBLED => FLASH_REQUEST_ASSEMBLED,
            success::REQUEST_ANSWERED => FLASH_REQUEST_ANSWERED,
            success::HOLD_PLACED => FLASH_HOLD_PLACED,
            success::HOLD_LIFTED => FLASH_HOLD_LIFTED,
            success::CASE_PURGED => FLASH_CASE_PURGED,
            success::INCIDENT_REPORTED => FLASH_INCIDENT_REPORTED,
            success::INCIDENT_WRITTEN => FLASH_INCIDENT_WRITTEN,
            success::SHARING_REVIEWED => FLASH_SHARING_REVIEWED,
            success::COMMENT_ADDED => FLASH_COMMENT_ADDED,
            success::STAGE_CHANGED => FLASH_STAGE_CHANGED,
            success::SERVICE_KEPT => FLASH_SERVICE_KEPT,
            success::SERVICE_VERIFIED => FLASH_SERVICE_VERIFIED,
            success::AGREEMENT_KEPT => FLASH_AGREEMENT_KEPT,
            _ => FLASH_SAVED,
        }
        .get(locale),
    }
}
