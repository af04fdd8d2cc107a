//! The sentence of every [`ErrorCode`].

use casework::wire::v1::{ApiError, ErrorCode};

use super::{Locale, Text};

/// What a person reads for a code: what happened, then what to do.
pub fn of(code: ErrorCode) -> Text {
    macro_rules! text {
        ($fr:literal, $en:literal) => {
            Text { fr: $fr, en: $en }
        };
    }
    match code {
        ErrorCode::SignInRequired => text!("Votre session est terminée. Connectez-vous de nouveau.", "Your session has ended. Sign in again."),
        ErrorCode::WrongCredentials => text!("Courriel ou mot de passe inexact.", "Wrong e-mail or password."),
        ErrorCode::SecondFactorRequired => {
            text!("Un code de votre application d’authentification est demandé.", "A code of your authenticator app is asked for.")
        }
        ErrorCode::SecondFactorEnrolmentRequired => text!(
            "Votre organisme demande maintenant un second facteur. Mettez-le en place à la page «\u{a0}Mon compte\u{a0}», ou à votre prochaine connexion; ce que votre téléphone doit envoyer part quand même.",
            "Your organisation now asks for a second factor. Set it up at the page “My account”, or at your next sign-in; what your phone has to send leaves all the same."
        ),
        ErrorCode::SecondStepExpired => {
            text!("Cette connexion a trop attendu. Recommencez avec votre mot de passe.", "This sign-in waited too long. Start again with your password.")
        }
        ErrorCode::PasskeyRefused => text!(
            "Cette clé d’accès n’ouvre aucun compte ici. Essayez une autre clé, ou entrez avec votre mot de passe.",
            "This passkey opens no account here. Try another one, or enter with your password."
        ),
        ErrorCode::PasskeyExpired => {
            text!("La page a attendu trop longtemps, ou a déjà servi. Recommencez.", "The page waited too long, or was used already. Start again.")
        }
        ErrorCode::PasskeysUnavailable => text!(
            "Les clés d’accès demandent que Brigade soit ouverte sous un nom, et non une adresse IP.",
            "Passkeys need Brigade to be opened under a name, not an IP address."
        ),
        ErrorCode::ProviderSignInExpired => text!(
            "Cette connexion par votre organisme a trop attendu, ou a déjà servi. Recommencez.",
            "This sign-in through your organisation waited too long, or was used already. Start again."
        ),
        ErrorCode::ProviderRefused => text!(
            "La connexion n’a pas été menée à terme chez votre organisme. Recommencez, ou voyez avec votre service informatique.",
            "The sign-in was not completed at your organisation. Start again, or see your IT service."
        ),
        ErrorCode::ProviderUnreachable => text!(
            "La connexion de votre organisme ne répond pas. Réessayez dans quelques minutes; si cela dure, dites-le à l’administration de Brigade.",
            "The sign-in of your organisation does not answer. Try again in a few minutes; if it lasts, tell Brigade’s administrator."
        ),
        ErrorCode::ProviderAnswerInvalid => text!(
            "La réponse de votre organisme n’a pas pu être vérifiée. Recommencez; si cela dure, dites-le à l’administration de Brigade.",
            "The answer of your organisation could not be verified. Start again; if it lasts, tell Brigade’s administrator."
        ),
        ErrorCode::ProviderEmailUnverified => text!(
            "Votre organisme ne confirme pas votre courriel. Demandez-le à votre service informatique, ou entrez avec votre mot de passe.",
            "Your organisation does not confirm your e-mail. Ask your IT service, or enter with your password."
        ),
        ErrorCode::ProviderAccountUnknown => text!(
            "Aucun compte de Brigade ne vous attend sous ce courriel. Demandez une invitation à l’administration de Brigade.",
            "No account of Brigade awaits you under this e-mail. Ask Brigade’s administrator for an invitation."
        ),
        ErrorCode::IssuerNotAllowed => text!(
            "Cet émetteur ne peut pas être demandé\u{a0}: il faut une adresse https du réseau public, ou un hôte que la personne qui exploite le serveur a nommé.",
            "This issuer cannot be asked: it takes an https address of the public network, or a host that the server’s operator has named."
        ),
        ErrorCode::ProviderSecretMissing => text!(
            "Aucun secret de ce nom n’est sur le serveur. Déposez-le d’abord dans le dossier des secrets.",
            "No secret of this name is on the server. Put it into the folder of secrets first."
        ),
        ErrorCode::WrongCode => text!(
            "Ce code n’est pas le bon, ou il a déjà servi. Attendez le code suivant et recommencez.",
            "This code is not the right one, or was used already. Wait for the next code and try again."
        ),
        ErrorCode::PasswordTooShort => text!("Choisissez un mot de passe d’au moins 12 caractères.", "Choose a password of at least 12 characters."),
        ErrorCode::PasswordTooLong => text!("Choisissez un mot de passe d’au plus 128 caractères.", "Choose a password of at most 128 characters."),
        ErrorCode::PasswordTooCommon => text!(
            "Ce mot de passe est trop facile à deviner\u{a0}: il est très répandu, ou suit une suite ou une répétition. Quelques mots sans lien entre eux conviennent mieux.",
            "This password is too easy to guess: it is widely used, or follows a sequence or a repetition. A few unrelated words do better."
        ),
        ErrorCode::PasswordHoldsName => text!(
            "Le mot de passe ne doit contenir ni votre nom, ni votre courriel, ni le nom de Brigade.",
            "The password must not hold your name, your e-mail or the name of Brigade."
        ),
        ErrorCode::WrongPassword => text!("Le mot de passe actuel est inexact. Rien n’a changé.", "The current password is wrong. Nothing has changed."),
        ErrorCode::AlreadyExists => text!("Il existe déjà : rien n’a été ajouté.", "It exists already: nothing was added."),
        ErrorCode::HandoverRequired => text!(
            "Cette personne suit des dossiers. Passez par «\u{a0}Fermer l’accès\u{a0}»\u{a0}: ils seront confiés à une ou un collègue.",
            "This person works cases. Go by “Close access”: they will be handed to a colleague."
        ),
        ErrorCode::TooManyAttempts => {
            text!("Trop d’essais. Attendez quelques minutes avant de réessayer.", "Too many attempts. Wait a few minutes before trying again.")
        }
        ErrorCode::TooManyLines => text!(
            "Trop de tableaux sont suivis en direct en même temps. Fermez un autre onglet de la cellule.",
            "Too many boards are followed live at once. Close another tab of the cell."
        ),
        ErrorCode::ForgedRequest => text!(
            "La demande ne vient pas d’une page de Brigade encore valide. Rechargez la page et recommencez.",
            "The request does not come from a valid Brigade page. Reload the page and try again."
        ),
        ErrorCode::DeviceRevoked => text!(
            "Cet appareil a été révoqué par la coordination : il ne peut plus rien envoyer ni recevoir.",
            "This device was revoked by the coordination: it can no longer send or receive anything."
        ),
        ErrorCode::OtherAccount => text!(
            "Ces changements ont été faits par une autre personne sur cet appareil. Ils attendent qu’elle se connecte.",
            "These changes were made by another person on this device. They wait for that person to sign in."
        ),
        ErrorCode::NotAllowed => text!("Votre rôle ne permet pas ce geste.", "Your role does not allow this."),
        ErrorCode::NotFound => text!("Introuvable, ou hors de votre accès.", "Not found, or not yours to see."),
        ErrorCode::MethodNotAllowed => text!("Cette adresse n’accepte pas ce type de demande.", "This address does not take this kind of request."),
        ErrorCode::BodyTooLarge => text!("L’envoi dépasse la taille permise.", "The request is larger than allowed."),
        ErrorCode::UnsupportedMediaType => text!("Format d’envoi non accepté.", "Unsupported content type."),
        ErrorCode::MalformedJson => text!("Le message n’est pas du JSON valide.", "The message is not valid JSON."),
        ErrorCode::MalformedId => text!("L’identifiant n’est pas valide.", "The identifier is not valid."),
        ErrorCode::MissingField => text!("Il manque un champ.", "A field is missing."),
        ErrorCode::UnknownField => text!(
            "Le message contient un champ que ce serveur ne connaît pas. Mettez l’application à jour, ou attendez la mise à jour du serveur.",
            "The message has a field this server does not know. Update the app, or wait for the server’s update."
        ),
        ErrorCode::TextTooLong => text!("Le texte est trop long.", "The text is too long."),
        ErrorCode::UnknownCriterion => text!("Ce critère n’existe pas dans la grille de la visite.", "This criterion is not in the visit’s grid."),
        ErrorCode::UnknownGrid => text!("Cette version de grille est inconnue du serveur.", "This grid version is unknown to the server."),
        ErrorCode::UnknownBuilding => text!("Cet immeuble n’est pas dans votre tournée.", "This building is not in your round."),
        ErrorCode::UnknownDwelling => text!("Ce logement n’existe pas dans l’immeuble.", "This dwelling is not in the building."),
        ErrorCode::WrongPlace => text!("Ce critère ne se répond pas à cet endroit.", "This criterion is not answered at this place."),
        ErrorCode::WrongValueKind => text!("La valeur n’est pas du type attendu pour ce critère.", "The value is not of the kind this criterion takes."),
        ErrorCode::ValueOutOfRange => text!("La valeur est hors des limites possibles.", "The value is outside its possible range."),
        ErrorCode::UnknownOption => text!("Ce choix n’existe pas pour ce critère.", "This option does not exist for this criterion."),
        ErrorCode::SeverityNotTaken => text!("Ce critère ne prend pas cette gravité.", "This criterion does not take this severity."),
        ErrorCode::EmptyValue => text!("La réponse est vide.", "The answer is empty."),
        ErrorCode::RepeatedOption => text!("Un choix est répété.", "An option is repeated."),
        ErrorCode::PhotoForbidden => text!("Aucune photo n’est permise pour ce critère.", "No photo is allowed for this criterion."),
        ErrorCode::UnknownPhoto => text!("Cette photo n’est pas de cette visite.", "This photo is not of this visit."),
        ErrorCode::MalformedMarks => text!(
            "Les repères dessinés sur la photo ne sont pas valides\u{a0}: hors de l’image, trop petits ou trop nombreux.",
            "The marks drawn on the photo are not valid: outside the picture, too small or too many."
        ),
        ErrorCode::PhotoNotShown => text!(
            "Cette photo ne peut pas s’afficher\u{a0}: rien ne peut y être dessiné ni flouté. Reprenez-la en JPEG si quelque chose doit être masqué.",
            "This photo cannot be shown: nothing can be drawn or blurred on it. Take it again as JPEG if something must be hidden."
        ),
        ErrorCode::UnsupportedProtocol => {
            text!("Cette version de l’application est trop ancienne. Mettez-la à jour.", "This version of the app is too old. Update it.")
        }
        ErrorCode::BatchTooLarge => text!("L’envoi contient trop de changements à la fois.", "The batch holds too many changes."),
        ErrorCode::EventQuarantined => text!(
            "Ce changement porte un identifiant déjà reçu avec un autre contenu. Il est mis de côté pour vérification.",
            "This change reuses an identifier already received with another content. It is set aside for review."
        ),
        ErrorCode::RevisionConflict => text!(
            "Quelqu’un d’autre a modifié ceci entre-temps. Relisez, puis recommencez.",
            "Somebody else changed this meanwhile. Read it again, then retry."
        ),
        ErrorCode::ActNotPossible => text!("Ce geste n’est plus possible dans l’état actuel.", "This is no longer possible in the current state."),
        ErrorCode::AlreadyAnswered => text!("Une réponse a déjà été donnée.", "It has already been answered."),
        ErrorCode::ReasonRequired => text!("Indiquez un motif.", "Give a reason."),
        ErrorCode::OutcomeRequired => text!("Indiquez le résultat.", "Give the outcome."),
        ErrorCode::CasePurged => text!(
            "Ce dossier a été purgé au terme de sa conservation\u{a0}: rien n’y est plus ajouté.",
            "This case was purged at the end of its retention: nothing is added to it any more."
        ),
        ErrorCode::LinkCodeWrong => text!(
            "Ce code n’est pas celui de ce lien. Après dix essais, le lien se bloque.",
            "This code is not the one of this link. After ten tries, the link is blocked."
        ),
        ErrorCode::ConsentRequired => {
            text!("Le consentement de la personne est nécessaire pour partager ces sections.", "The person’s consent is needed to share these sections.")
        }
        ErrorCode::SectionNotShareable => text!("Vous ne pouvez pas partager une de ces sections.", "You may not share one of these sections."),
        ErrorCode::NotAnImage => text!("Le fichier n’est pas une image lisible.", "The file is not a readable image."),
        ErrorCode::ImageTooLarge => text!("L’image est trop grande.", "The image is too large."),
        ErrorCode::OffsetMismatch => text!("L’envoi de la photo doit reprendre à la position du serveur.", "The upload must resume at the server’s offset."),
        ErrorCode::ChecksumMismatch => {
            text!("Un morceau de la photo est arrivé altéré. Il sera renvoyé.", "A chunk of the photo arrived altered. It will be sent again.")
        }
        ErrorCode::HashMismatch => text!("La photo reçue n’est pas celle annoncée.", "The photo received is not the one announced."),
        ErrorCode::RescueUnreadable => text!(
            "Ce fichier ne se lit pas\u{a0}: ce n’est pas un fichier de secours, il est abîmé, ou il a été fait pour un autre serveur. Rien n’a été enregistré.",
            "This file cannot be read: it is not a rescue file, it is damaged, or it was made for another server. Nothing was stored."
        ),
        ErrorCode::RescueUnknownPhone => text!(
            "Ce fichier de secours vient d’un téléphone qui n’a jamais joint ce serveur au nom de cette personne. Rien n’a été enregistré.",
            "This rescue file comes from a phone that never reached this server in that person’s name. Nothing was stored."
        ),
        ErrorCode::BadCursor => text!("La position de lecture n’est pas valide.", "The reading position is not valid."),
        ErrorCode::StorageUnavailable => text!(
            "Le serveur ne peut pas enregistrer en ce moment. Rien n’a été perdu : réessayez bientôt.",
            "The server cannot store right now. Nothing is lost: try again soon."
        ),
        ErrorCode::Internal => text!("Une erreur est survenue chez nous. Elle est consignée.", "Something failed on our side. It has been recorded."),
    }
}

/// The whole API error of a code.
pub fn api_error(code: ErrorCode, detail: Option<String>) -> ApiError {
    let text = of(code);
    ApiError { code: code.code().to_owned(), message: text.fr.to_owned(), message_en: text.en.to_owned(), detail }
}

/// The sentence of an error answer, for a screen.
pub fn sentence(error: &ApiError, locale: Locale) -> String {
    match locale {
        Locale::Fr => error.message.clone(),
        Locale::En => error.message_en.clone(),
    }
}
