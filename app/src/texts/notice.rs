//! What is said to people before their answers are noted.

use super::texts;

texts! {
    FIELD: "À dire avant de noter\u{a0}: qui vous êtes et pourquoi vous demandez. La personne peut ne pas répondre, sans perdre aucun service. Ses réponses restent à l’équipe qui l’accompagne; rien n’est partagé sans son accord, sauf si une vie est en danger. Elle peut voir ce qui est noté, le faire corriger, en avoir une copie." / "To say before noting: who you are and why you ask. The person may leave anything unanswered, without losing any service. Their answers stay with the team that supports them; nothing is shared without their agreement, unless a life is in danger. They may see what is noted, have it corrected, have a copy.";
    TITLE: "Ce que nous notons, et vos droits" / "What we note, and your rights";
    PRINT: "À laisser sur papier\u{a0}: commande «\u{a0}Imprimer\u{a0}» du navigateur, dans la langue de la personne." / "To be left on paper: the browser’s “Print” command, in the person’s language.";
    WHO_TITLE: "Qui nous sommes" / "Who we are";
    WHO: "{organisation}. Pour nous joindre\u{a0}: ______________________________" / "{organisation}. To reach us: ______________________________";
    WHAT_TITLE: "Ce que nous notons, et pourquoi" / "What we note, and why";
    WHAT: "L’état du logement, pour faire corriger ce qui est dangereux ou malsain. Si vous le voulez, votre situation et vos besoins, pour vous orienter vers de l’aide. Vous pouvez ne pas répondre, à une question ou à toutes. Vous ne perdrez aucun service." / "The state of the dwelling, so that what is dangerous or unhealthy gets fixed. If you wish, your situation and your needs, to refer you to help. You may leave any question unanswered, or all of them. You will lose no service.";
    READ_TITLE: "Qui le lit" / "Who reads it";
    READ: "L’état du logement\u{a0}: l’équipe, et les services qui doivent agir. Ce qui vous concerne\u{a0}: l’équipe qui vous accompagne. Personne d’autre, ni votre propriétaire, sans votre accord; sauf si une vie est en danger, et alors seulement ce qu’il faut." / "The state of the dwelling: the team, and the services that must act. What concerns you: the team that supports you. Nobody else, and not your landlord, without your agreement; unless a life is in danger, and then only what is needed.";
    RIGHTS_TITLE: "Vos droits" / "Your rights";
    RIGHTS: "Voir ce que nous avons sur vous, le faire corriger, en avoir une copie, retirer un accord, porter plainte à la Commission d’accès à l’information. Responsable de la protection des renseignements personnels\u{a0}: ______________________________" / "See what we hold about you, have it corrected, have a copy, take an agreement back, complain to the Commission d’accès à l’information. Privacy officer: ______________________________";
    HOW_LONG_TITLE: "Combien de temps" / "How long";
    HOW_LONG: "Nous gardons ces renseignements jusqu’au ______________, à ______________, puis nous les détruisons." / "We keep this information until ______________, at ______________, then we destroy it.";
    DANGER: "En cas de danger\u{a0}: 911." / "In danger: 911.";
}
