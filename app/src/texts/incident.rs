//! The register of confidentiality incidents.

use casework::incident::{InformationKnown, SeriousHarm};

use super::{Text, texts};

texts! {
    TITLE: "Registre des incidents de confidentialité" / "Register of confidentiality incidents";
    INTRODUCTION: "Chaque incident y est, même mineur, pour au moins cinq ans. Rien ne s’efface\u{a0}: une correction s’ajoute, avec son motif." / "Every incident is in it, even minor, for at least five years. Nothing is erased: a correction is added, with its reason.";
    LAW: "Contenu fixé par le Règlement sur les incidents de confidentialité (RLRQ, c. A-2.1, r.\u{a0}3.1, art.\u{a0}7)." / "Content fixed by the Regulation respecting confidentiality incidents (CQLR, c. A-2.1, r. 3.1, s. 7).";
    NONE: "Aucun incident." / "No incident.";
    PRINT: "Imprimer le registre\u{a0}: commande «\u{a0}Imprimer\u{a0}» du navigateur. Tout ce que demande le règlement y est." / "To print the register, use the browser’s “Print” command. It holds all that the regulation asks for.";
    NUMBER: "Incident no\u{a0}{number}" / "Incident no. {number}";
    BACK: "Tout le registre" / "The whole register";
    STATE_REPORTED: "Signalé" / "Reported";
    STATE_NO_RISK: "Pas de risque sérieux" / "No serious risk";
    STATE_RISK: "Risque de préjudice sérieux" / "Risk of serious injury";
    AWAITS_COMMISSION: "Avis à la Commission d’accès à l’information à donner, avec diligence" / "Notice to the Commission d’accès à l’information to be given, with diligence";
    AWAITS_PERSONS: "Personnes concernées à aviser, avec diligence" / "Persons concerned to be notified, with diligence";
    OPEN: "Inscrire au registre" / "Write in the register";
    CORRECT: "Compléter ou corriger" / "Complete or correct";
    REPORTED: "Signalé le {date} par {name}, remarqué le {day}\u{a0}:" / "Reported on {date} by {name}, noticed on {day}:";
    WRITTEN: "Inscrit le {date} par {name}" / "Written on {date} by {name}";
    CORRECTED: "Version {version}, le {date}, par {name}\u{a0}: {reason}" / "Version {version}, on {date}, by {name}: {reason}";
    EARLIER: "Versions précédentes" / "Earlier versions";
    EARLIER_FIRST: "Première inscription, le {date}, par {name}" / "First entry, on {date}, by {name}";
    KEPT_UNTIL: "Conservé au moins jusqu’au {date}" / "Kept at least until {date}";
    FORM_TITLE: "Ce que dit le registre" / "What the register says";
    INFORMATION: "Renseignements personnels concernés" / "Personal information concerned";
    INFORMATION_KNOWN: "Connus\u{a0}: les décrire ci-dessous" / "Known: describe it below";
    INFORMATION_UNKNOWN: "Inconnus\u{a0}: dire pourquoi ci-dessous" / "Unknown: say why below";
    DESCRIPTION: "Description des renseignements, ou pourquoi elle est impossible" / "Description of the information, or why there can be none";
    DESCRIPTION_HINT: "Les catégories seulement\u{a0}: ni noms ni contenu." / "Kinds only: no names and no content.";
    UNKNOWN_BECAUSE: "Renseignements non connus\u{a0}: {why}" / "Information not known: {why}";
    CIRCUMSTANCES: "Circonstances" / "Circumstances";
    HAPPENED: "Date ou période de l’incident" / "Date or period of the incident";
    AWARE: "Date ou période de la prise de connaissance" / "Date or period of awareness";
    FROM: "Le, ou du" / "On, or from";
    TO: "Au, si c’est une période" / "To, if it is a period";
    APPROXIMATE: "Approximative" / "Approximate";
    PERIOD: "Du {from} au {to}" / "From {from} to {to}";
    ABOUT: "{period} (approximatif)" / "{period} (approximate)";
    PERSONS: "Nombre de personnes concernées" / "Number of persons concerned";
    PERSONS_ESTIMATED: "C’est une estimation" / "This is an estimate";
    PERSONS_ABOUT: "Environ {count}" / "About {count}";
    HARM: "Jugement sur le risque de préjudice sérieux" / "Judgement of the risk of serious injury";
    SENSITIVITY: "Sensibilité des renseignements" / "Sensitivity of the information";
    CONSEQUENCES: "Conséquences appréhendées de leur utilisation" / "Anticipated consequences of its use";
    LIKELIHOOD: "Probabilité d’une utilisation préjudiciable" / "Likelihood of its use for injurious purposes";
    CONCLUSION: "Conclusion" / "Conclusion";
    NOTICES: "Avis, s’il y a un risque sérieux" / "Notices, if there is a serious risk";
    COMMISSION_TOLD: "Avis à la Commission d’accès à l’information" / "Notice to the Commission d’accès à l’information";
    PERSONS_TOLD: "Avis aux personnes concernées" / "Notices to the persons concerned";
    PUBLIC_TOLD: "Avis public, s’il y en a eu un" / "Public notice, if there was one";
    PUBLIC_REASON: "Pourquoi un avis public" / "Why a public notice";
    PUBLIC_ON: "Le {date}\u{a0}: {reason}" / "On {date}: {reason}";
    NO_NOTICE: "Aucun" / "None";
    MEASURES: "Mesures prises pour diminuer les risques" / "Measures taken to lessen the risks";
    REASON: "Motif de la correction" / "Reason of the correction";
    SUBMIT: "Inscrire" / "Write";
    SUBMIT_CORRECTION: "Ajouter la correction" / "Add the correction";
    REPORT_TITLE: "Signaler un incident de confidentialité" / "Report a confidentiality incident";
    REPORT_INTRODUCTION: "Un renseignement vu, utilisé, envoyé ou perdu alors qu’il ne devait pas l’être. Même un doute, même une petite erreur\u{a0}: personne n’est blâmé de signaler." / "Information seen, used, sent or lost when it should not have been. Even a doubt, even a small mistake: nobody is blamed for reporting.";
    REPORT_DANGER: "Si quelqu’un est en danger à cause de cela, appelez d’abord le 911, puis la cellule d’urgence." / "If this puts somebody in danger, first call 911, then the emergency cell.";
    REPORT_NOTICED: "Remarqué le" / "Noticed on";
    REPORT_WORDS: "Ce qui s’est passé" / "What happened";
    REPORT_WORDS_HINT: "Ce qui est sorti (par exemple «\u{a0}une photo\u{a0}», «\u{a0}des numéros de porte\u{a0}»), où, comment. Ne recopiez ni nom ni contenu." / "What got out (for example “a photo”, “door numbers”), where, how. Copy no name and no content.";
    REPORT_SUBMIT: "Signaler" / "Report";
}

pub fn information(information: InformationKnown) -> Text {
    match information {
        InformationKnown::Known => INFORMATION_KNOWN,
        InformationKnown::Unknown => INFORMATION_UNKNOWN,
    }
}

pub fn serious(serious: SeriousHarm) -> Text {
    match serious {
        SeriousHarm::Risk => STATE_RISK,
        SeriousHarm::NoRisk => STATE_NO_RISK,
    }
}
