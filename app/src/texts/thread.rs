//! What the two sides of a referral say to each other, and what the person says of the help.

use casework::referral::Helped;

use super::{Text, texts};

texts! {
    TITLE: "Échanges" / "Messages";
    NONE: "Rien n’a été dit encore." / "Nothing was said yet.";
    HINT: "Lu par les personnes des deux organismes qui suivent cette référence. N’écrivez que le nécessaire." / "Read by the people of both organisations who follow this referral. Write only what is needed.";
    QUESTION: "Question" / "Question";
    QUESTION_WAITS: "Attend une réponse" / "Waits for an answer";
    QUESTION_ANSWERED: "Réponse donnée" / "Answered";
    REPLY_TO: "En réponse à\u{a0}: {question}" / "In answer to: {question}";
    READ: "Lu" / "Read";
    UNREAD: "Pas encore lu" / "Not read yet";
    FIELD_TEXT: "Message" / "Message";
    FIELD_ASKS: "C’est une question\u{a0}: une réponse est attendue" / "This is a question: an answer is expected";
    FIELD_ANSWER: "Votre réponse" / "Your answer";
    SUBMIT: "Envoyer le message" / "Send the message";
    ANSWER: "Répondre à cette question" / "Answer this question";
    SUBMIT_ANSWER: "Envoyer la réponse" / "Send the answer";
    OPENED: "Ouverte la première fois par {name}, {time}" / "First opened by {name}, {time}";
    NOT_OPENED: "Personne ne l’a encore ouverte." / "Nobody has opened it yet.";
    NEW_ONE: "{count} message non lu" / "{count} unread message";
    NEW_MANY: "{count} messages non lus" / "{count} unread messages";
    ASKED_ONE: "{count} question sans réponse" / "{count} question without an answer";
    ASKED_MANY: "{count} questions sans réponse" / "{count} questions without an answer";
    QUESTIONS: "Questions à poser (une par ligne, facultatif)" / "Questions to ask (one per line, optional)";
    QUESTIONS_HINT: "Cinq au plus. Le destinataire y répond une à une." / "Five at most. The recipient answers them one by one.";
    HEARD_TITLE: "La parole de la personne" / "The person’s own word";
    HELPED: "Selon la personne, l’aide reçue a-t-elle été utile?" / "In the person’s judgement, did the help do some good?";
    HELPED_NOT_ASKED: "Pas encore demandé" / "Not asked yet";
    HELPED_CHOOSE: "Choisir" / "Choose";
    HELPED_YES: "Oui" / "Yes";
    HELPED_PARTLY: "En partie" / "Partly";
    HELPED_NO: "Non" / "No";
    WORDS: "Dans ses mots (facultatif)" / "In their words (optional)";
    WORDS_HINT: "Lus dans votre organisme seul, et à la brigade par le volet psychosocial seul\u{a0}: l’autre côté n’apprend que la réponse." / "Read within your organisation only, and at the brigade by the psychosocial compartment only: the other side learns the answer alone.";
    HEARD_NOBODY: "Personne ne le lui a encore demandé." / "Nobody has asked them yet.";
    HEARD_ANSWER: "{answer}, le {date}" / "{answer}, on {date}";
    HEAR: "Noter ce qu’elle en dit" / "Record what they say of it";
    HEAR_AGAIN: "Noter ce qu’elle en dit maintenant" / "Record what they say of it now";
    ENTRY_HEARD: "La personne a dit si l’aide a été utile\u{a0}: {answer}." / "The person said whether it helped: {answer}.";
    ENTRY_REMINDED: "L’échéance approche\u{a0}: la référence est marquée dans la liste du destinataire." / "The deadline comes near: the referral is marked in the recipient’s list.";
}

/// What the person answered.
pub const fn helped(helped: Helped) -> Text {
    match helped {
        Helped::Yes => HELPED_YES,
        Helped::Partly => HELPED_PARTLY,
        Helped::No => HELPED_NO,
    }
}
