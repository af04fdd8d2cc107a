//! Consents of the people of a dwelling.

use casework::{
    consent::{ConsentAnswer, ConsentGiver, ConsentManner},
    consent_proof::ProofKind,
    emergency_share::{EmergencyGround, ReviewFinding},
};

use super::{Text, texts};

texts! {
    TITLE: "Consentements" / "Consents";
    NONE: "Aucune réponse notée." / "No answer recorded.";
    HINT: "À dire à la personne\u{a0}: à qui, quoi, pourquoi et jusqu’à quand. Elle peut refuser, ou changer d’avis plus tard, sans perdre aucun service." / "To tell the person: to whom, what, why and until when. They may refuse, or change their mind later, without losing any service.";
    DOOR: "Porte {door}" / "Door {door}";
    RECORD: "Noter la réponse d’une personne" / "Record a person’s answer";
    FIELD_DOOR: "Porte" / "Door";
    FIELD_ORGANISATION: "À qui" / "To whom";
    FIELD_SECTIONS: "Quoi" / "What";
    FIELD_PURPOSE: "Pourquoi, dans les mots employés" / "What for, in the words used";
    FIELD_DAYS: "Jusqu’à quand" / "Until when";
    FIELD_PERSON: "Qui répond" / "Who answers";
    FIELD_PERSON_HINT: "Comme la brigade nomme la personne. Lu par le volet psychosocial seul." / "As the brigade calls the person. Read by the psychosocial compartment alone.";
    FIELD_GIVER: "À quel titre" / "In what capacity";
    FIELD_MANNER: "Comment" / "How";
    FIELD_LANGUAGE: "Langue de l’explication" / "Language of the explanation";
    FIELD_ANSWER: "Réponse" / "Answer";
    DAYS: "{count} jours" / "{count} days";
    SUBMIT: "Noter la réponse" / "Record the answer";
    ANSWER_GIVEN: "La personne consent" / "The person consents";
    ANSWER_REFUSED: "La personne refuse" / "The person refuses";
    GIVER_PERSON: "La personne concernée, 14 ans ou plus" / "The person concerned, 14 or older";
    GIVER_PARENT: "Titulaire de l’autorité parentale, pour un enfant de moins de 14 ans" / "Holder of parental authority, for a child under 14";
    GIVER_REPRESENTATIVE: "Personne qui la représente (tutelle, mandat)" / "Somebody who represents them (tutorship, mandate)";
    MANNER_SPOKEN: "De vive voix" / "Spoken";
    MANNER_SIGNED: "Signé à l’écran" / "Signed on the screen";
    MANNER_PAPER: "Signé sur papier" / "Signed on paper";
    PROOF_SIGNED: "Signature de la personne" / "The person’s signature";
    PROOF_SIGNED_HINT: "En signant, la personne confirme la réponse notée ci-dessus, qu’elle a lue ou qu’on lui a lue." / "By signing, the person confirms the answer recorded above, which they read or were read.";
    PROOF_PAD: "Cadre de signature. Signez avec le doigt, un stylet ou la souris, ou tapez le nom plus bas." / "Signature frame. Sign with a finger, a pen or the mouse, or type the name below.";
    PROOF_PAD_EMPTY: "Signez ici" / "Sign here";
    PROOF_PAD_CLEAR: "Effacer et recommencer" / "Clear and start again";
    PROOF_PAD_DRAWN: "Une signature est tracée." / "A signature is drawn.";
    PROOF_PAD_SHORT: "Le trait est trop court pour une signature." / "The stroke is too short for a signature.";
    PROOF_PAD_FULL: "Le cadre est plein\u{a0}: effacez pour recommencer." / "The frame is full: clear it to start again.";
    PROOF_TYPED: "Sans tracer\u{a0}: taper le nom devant témoin" / "Without drawing: type the name before a witness";
    PROOF_TYPED_NAME: "Nom, tapé par la personne" / "Name, typed by the person";
    PROOF_TYPED_WITNESS: "En présence de" / "In the presence of";
    PROOF_PAPER: "Photo ou numérisation du papier signé" / "Photo or scan of the signed paper";
    PROOF_PAPER_HINT: "JPEG, PNG ou WebP, 10\u{a0}Mo au plus. Une copie sans métadonnées est gardée; le papier reste à la brigade." / "JPEG, PNG or WebP, at most 10 MB. A copy without metadata is kept; the paper stays with the brigade.";
    PROOF_SEE: "Voir la preuve" / "See the proof";
    PROOF_NONE: "Aucune preuve jointe" / "No proof attached";
    PROOF_TITLE: "Preuve de consentement" / "Proof of consent";
    PROOF_PAGE_HINT: "Lue par qui tient les consentements et par la personne responsable de la protection des renseignements. Chaque lecture est notée au journal des accès." / "Read by those who keep consents and by the privacy officer. Each reading is entered in the access journal.";
    PROOF_WHAT: "Ce qui est prouvé" / "What is proven";
    PROOF_DRAWING: "Signature tracée à l’écran" / "Signature drawn on the screen";
    PROOF_TYPED_SHOWN: "Nom tapé par la personne\u{a0}: {name}" / "Name typed by the person: {name}";
    PROOF_WITNESS_SHOWN: "En présence de\u{a0}: {name}" / "In the presence of: {name}";
    PROOF_PAPER_SHOWN: "Papier signé, photographié" / "Signed paper, photographed";
    PROOF_DIGEST: "Empreinte du fichier reçu (SHA-256)" / "Digest of the file received (SHA-256)";
    PROOF_LIST: "Preuves de consentement" / "Proofs of consent";
    PROOF_BACK: "Retour au dossier" / "Back to the case";
    PROOF_KIND_SIGNATURE: "Signature à l’écran" / "Signature on the screen";
    PROOF_KIND_TYPED: "Nom tapé devant témoin" / "Name typed before a witness";
    PROOF_KIND_PAPER: "Papier photographié" / "Paper photographed";
    FACT_ANSWER: "Réponse" / "Answer";
    FACT_UNTIL: "Valable jusqu’au" / "Valid until";
    FACT_WITHDRAWN: "Retiré le" / "Withdrawn on";
    FACT_GIVEN: "Expliqué et noté" / "Explained and recorded";
    FACT_GIVEN_BY: "le {date} par {name}" / "on {date} by {name}";
    ENDS_SOON: "Prend fin le {date}. Une référence s’en sert encore\u{a0}: redemandez à la personne avant cette date, ou la lecture s’arrêtera." / "Ends on {date}. A referral still relies on it: ask the person again before then, or the reading stops.";
    ENDING_ONE: "Un consentement prend bientôt fin" / "One consent ends soon";
    ENDING_MANY: "{count} consentements prennent bientôt fin" / "{count} consents end soon";
    ENDING_HINT: "Des références s’en servent encore. Redemandez à la personne; elle peut refuser." / "Referrals still rely on them. Ask the person again; they may refuse.";
    ENDING_LINE: "{organisation}, jusqu’au {date}" / "{organisation}, until {date}";
    STATE_HOLDS: "En vigueur jusqu’au {date}" / "Holds until {date}";
    STATE_OVER: "Échu le {date}" / "Ended on {date}";
    STATE_REFUSED: "Refusé" / "Refused";
    STATE_WITHDRAWN: "Retiré le {date} par {name}" / "Withdrawn on {date} by {name}";
    EXPLAINED: "{person}, {manner}, en {language}. Expliqué le {date} par {name}." / "{person}, {manner}, in {language}. Explained on {date} by {name}.";
    USES: "Ce qui a été partagé" / "What was shared";
    USED: "{section}, le {date}" / "{section}, on {date}";
    USED_REFERRAL: "Voir la référence" / "See the referral";
    WITHDRAW: "Retirer ce consentement" / "Withdraw this consent";
    WITHDRAW_HINT: "La lecture s’arrête tout de suite pour {name}, qui en est averti. Ce qui a déjà été lu ne peut être repris." / "Reading stops at once for {name}, who is told. What was read before cannot be taken back.";
    WITHDRAW_SUBMIT: "Retirer maintenant" / "Withdraw now";
    REFER_CONSENTED: "Ce qui concerne des personnes, avec leur consentement" / "What concerns people, with their consent";
    REFER_CONSENTED_NONE: "Pour partager ce qui concerne une personne, notez d’abord sa réponse sous «\u{a0}Consentements\u{a0}»." / "To share what concerns a person, first record their answer under “Consents”.";
    REFER_CONSENTED_CHOICE: "{section}, porte {door}" / "{section}, door {door}";
    REFER_CONSENTED_FOR: "Pour {name} seulement, jusqu’au {date}\u{a0}: {purpose}" / "For {name} only, until {date}: {purpose}";
    CONSENTED_PURPOSE: "Avec le consentement de la personne, jusqu’au {date}, pour ceci seulement\u{a0}: {purpose}" / "With the person’s consent, until {date}, for this only: {purpose}";
    ENDED: "Un consentement a pris fin. Ce qu’il ouvrait n’est plus montré et ne doit plus servir." / "A consent has ended. What it opened is not shown any more and must no longer be used.";
    ENTRY_GIVEN: "Une personne consent au partage avec {name}." / "A person consents to sharing with {name}.";
    ENTRY_REFUSED: "Une personne refuse le partage avec {name}." / "A person refuses sharing with {name}.";
    ENTRY_ENDED: "Le consentement d’une personne au partage avec {name} est arrivé à sa fin." / "A person’s consent to sharing with {name} came to its end.";
    ENTRY_WITHDRAWN: "Une personne retire son consentement au partage avec {name}." / "A person withdraws consent to sharing with {name}.";
    EMERGENCY_TITLE: "Danger\u{a0}: partager sans consentement" / "Danger: share without consent";
    EMERGENCY_HINT: "Seulement si le danger n’attend pas. Le strict nécessaire, pour 72\u{a0}heures. La personne responsable de la protection des renseignements l’examinera." / "Only if the danger cannot wait. The least that is needed, for 72 hours. The privacy officer will review it.";
    EMERGENCY_GROUND: "Motif prévu par la loi" / "Legal ground";
    EMERGENCY_REASON: "Ce qui se passe, et pourquoi le consentement n’a pu être demandé" / "What is happening, and why consent could not be asked";
    GROUND_PERSON: "La vie, la santé ou la sécurité de la personne concernée est en danger" / "The life, health or safety of the person concerned is in danger";
    GROUND_PERSON_LAW: "Loi sur l’accès, art.\u{a0}59, al.\u{a0}2, par.\u{a0}4; secteur privé, art.\u{a0}18, al.\u{a0}1, par.\u{a0}7" / "Act respecting Access, s. 59 ¶2 (4); private sector, s. 18 ¶1 (7)";
    GROUND_RISK: "Risque sérieux de mort ou de blessures graves pour quelqu’un" / "Serious risk of death or serious injury to somebody";
    GROUND_RISK_LAW: "Loi sur l’accès, art.\u{a0}59.1; secteur privé, art.\u{a0}18.1" / "Act respecting Access, s. 59.1; private sector, s. 18.1";
    EMERGENCY_SHARED: "Sans consentement, en raison d’un danger, jusqu’au {date}\u{a0}: {purpose}" / "Without consent, because of a danger, until {date}: {purpose}";
    REVIEW_TITLE: "Partages d’urgence" / "Emergency sharing";
    REVIEW_INTRODUCTION: "Ce qui a été partagé sans consentement, et pourquoi. Le contenu n’est pas montré ici." / "What was shared without consent, and why. The content is not shown here.";
    REVIEW_NONE: "Rien n’a été partagé sans consentement." / "Nothing was shared without consent.";
    REVIEW_AWAITED: "À examiner" / "To review";
    REVIEW_SHARED: "Partagé le {date} par {name}, pour {organisation}" / "Shared on {date} by {name}, with {organisation}";
    REVIEW_OPEN: "Lisible jusqu’au {date}" / "Readable until {date}";
    REVIEW_CLOSED: "N’est plus lisible" / "No longer readable";
    REVIEW_BY: "Examiné le {date} par {name}\u{a0}: {text}" / "Reviewed on {date} by {name}: {text}";
    REVIEW_FINDING: "Conclusion" / "Finding";
    REVIEW_TEXT: "Ce qui fonde la conclusion" / "What the finding rests on";
    REVIEW_SUBMIT: "Noter l’examen" / "Record the review";
    FINDING_JUSTIFIED: "Justifié" / "Justified";
    FINDING_NOT_JUSTIFIED: "Non justifié\u{a0}: fermer la lecture" / "Not justified: close the reading";
    ENTRY_EMERGENCY: "Des renseignements sont partagés sans consentement, en raison d’un danger, avec {name}." / "Information is shared without consent, because of a danger, with {name}.";
    ENTRY_OTHER: "La réponse d’une personne sur le partage est notée." / "A person’s answer about sharing is recorded.";
    ENTRY_REFERRAL_ENDED: "Un consentement de cette référence est arrivé à sa fin\u{a0}: la lecture de ce qu’il ouvrait s’arrête." / "A consent of this referral came to its end: what it opened is closed.";
    ENTRY_REFERRAL_CONSENT: "Un consentement de cette référence est retiré\u{a0}: la lecture de ce qu’il ouvrait s’arrête." / "A consent of this referral is withdrawn: what it opened is closed.";
}

pub fn answer(answer: ConsentAnswer) -> Text {
    match answer {
        ConsentAnswer::Given => ANSWER_GIVEN,
        ConsentAnswer::Refused => ANSWER_REFUSED,
    }
}

pub fn giver(giver: ConsentGiver) -> Text {
    match giver {
        ConsentGiver::Person => GIVER_PERSON,
        ConsentGiver::Parent => GIVER_PARENT,
        ConsentGiver::Representative => GIVER_REPRESENTATIVE,
    }
}

pub fn manner(manner: ConsentManner) -> Text {
    match manner {
        ConsentManner::Spoken => MANNER_SPOKEN,
        ConsentManner::Signed => MANNER_SIGNED,
        ConsentManner::Paper => MANNER_PAPER,
    }
}

pub fn proof(kind: ProofKind) -> Text {
    match kind {
        ProofKind::Signature => PROOF_KIND_SIGNATURE,
        ProofKind::Typed => PROOF_KIND_TYPED,
        ProofKind::Paper => PROOF_KIND_PAPER,
    }
}

/// A legal ground, and where the law says so.
pub fn ground(ground: EmergencyGround) -> (Text, Text) {
    match ground {
        EmergencyGround::PersonInDanger => (GROUND_PERSON, GROUND_PERSON_LAW),
        EmergencyGround::SeriousRisk => (GROUND_RISK, GROUND_RISK_LAW),
    }
}

pub fn finding(finding: ReviewFinding) -> Text {
    match finding {
        ReviewFinding::Justified => FINDING_JUSTIFIED,
        ReviewFinding::NotJustified => FINDING_NOT_JUSTIFIED,
    }
}
