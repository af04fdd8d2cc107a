//! Which passwords are refused because whoever guesses tries them first.
//!
//! Judged with `zxcvbn` rather than by looking up a list: a list of known passwords of twelve characters and more is short and misses what people make of it
//! (`Motdepasse2026!`), while the estimate takes a password apart into known words, names, dates, keyboard rows, sequences and repetitions, whatever the
//! capitals, accents or digits in place of letters. Its lists (the most used passwords, among others) are in the program: nothing is asked of another server.

use casework::{
    account::{PasswordFault, PasswordOwner, check_password, fold},
    wire::v1::ErrorCode,
};
use zxcvbn::{Score, zxcvbn};

/// Words that its English lists do not know, and that people here begin with.
const WORDS_HERE: &[&str] = &[
    "motdepasse",
    "bonjour",
    "soleil",
    "azerty",
    "azertyuiop",
    "qwertyuiop",
    "jetaime",
    "montreal",
    "longueuil",
    "brossard",
    "quebec",
    "canada",
    "rivesud",
    "hockey",
    "canadiens",
    "insalubrite",
    "salubrite",
    "logement",
    "inspection",
    "inspecteur",
    "inspectrice",
    "coordination",
    "administration",
    "administrateur",
    "terrain",
    "bienvenue",
    "changemoi",
    "secret",
    "hiver",
    "printemps",
    "automne",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];
/// What resists somebody who tries without pause for a long while, besides what sign-in throttles: 10⁸ guesses.
const SCORE_MIN: Score = Score::Three;

/// Whether a password may be its owner's. Takes milliseconds: off the async threads.
///
/// # Errors
/// `password_too_short`, `password_too_long`, `password_holds_name`, `password_too_common`.
pub fn check(password: &str, owner: &PasswordOwner) -> Result<(), ErrorCode> {
    check_password(password, owner).map_err(|fault| match fault {
        PasswordFault::TooShort => ErrorCode::PasswordTooShort,
        PasswordFault::TooLong => ErrorCode::PasswordTooLong,
        PasswordFault::HoldsName => ErrorCode::PasswordHoldsName,
    })?;
    let known = owner.words();
    let known: Vec<&str> = WORDS_HERE.iter().copied().chain(known.iter().map(String::as_str)).collect();
    // As typed, and as it reads without its spaces and accents: « 1 2 3 4 5 6 7 8 9 0 » is a sequence too.
    let is_guessed = |text: &str| zxcvbn(text, &known).score() < SCORE_MIN;
    if is_guessed(password) || is_guessed(&fold(password)) { Err(ErrorCode::PasswordTooCommon) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: PasswordOwner<'static> = PasswordOwner { email: "ines.pectrice@ville.example", display_name: "Inès Pectrice" };

    #[test]
    fn what_is_widely_known_repeated_or_in_sequence_is_refused() {
        for password in [
            "123456789012",
            "1 2 3 4 5 6 7 8 9 0",
            "aaaaaaaaaaaaaaaa",
            "password1234",
            "Password1234!",
            "motdepasse123",
            "Motdepasse2026!",
            "azertyuiop123",
            "qwertyuiop[]",
            "abcdefghijkl",
            "iloveyou1234",
            "longueuil2026",
            "Bonjour12345",
            "MotDePasse!!!",
            "m0td3p4ss3!!",
            "abcabcabcabc",
        ] {
            assert_eq!(check(password, &OWNER), Err(ErrorCode::PasswordTooCommon), "{password}");
        }
    }

    #[test]
    fn a_few_unrelated_words_are_taken_without_digit_capital_or_sign() {
        for password in ["tuque érable canot lune", "assez long pour passer", "un mot de passe assez long", "quatre oiseaux dans la ruelle", "xk4v9qm2ttzp"] {
            assert_eq!(check(password, &OWNER), Ok(()), "{password}");
        }
    }

    #[test]
    fn the_longest_password_is_judged_too() {
        assert_eq!(check(&"ab".repeat(64), &OWNER), Err(ErrorCode::PasswordTooCommon));
        assert_eq!(check(&"é".repeat(129), &OWNER), Err(ErrorCode::PasswordTooLong));
        assert_eq!(check("Inès et les autres chats", &OWNER), Err(ErrorCode::PasswordHoldsName));
        assert_eq!(check("court", &OWNER), Err(ErrorCode::PasswordTooShort));
    }
}
