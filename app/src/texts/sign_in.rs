//! The sign-in page.

use super::texts;

texts! {
    TITLE: "Connexion" / "Sign in";
    HEADING: "Entrer dans Brigade" / "Enter Brigade";
    EMAIL: "Courriel" / "E-mail";
    PASSWORD: "Mot de passe" / "Password";
    SUBMIT: "Se connecter" / "Sign in";
    HELP: "Compte perdu ou bloqué? Adressez-vous à l’administration de votre équipe." / "Lost or blocked account? Ask your team’s administrator.";
    EMERGENCY: "Danger pour une personne en ce moment? Composez le 911." / "Somebody in danger right now? Call 911.";
    FIRST_TITLE: "Premier accès" / "First access";
    FIRST_HINT: "Ce lien sert une seule fois : il nomme votre brigade et crée son compte d’administration." / "This link works once: it names your brigade and creates its administrator account.";
    FIRST_ORGANISATION: "Nom de la brigade" / "Name of the brigade";
    FIRST_NAME: "Votre nom" / "Your name";
    FIRST_SUBMIT: "Créer le compte" / "Create the account";
    PASSWORD_TITLE: "Choisir un mot de passe" / "Choose a password";
    PASSWORD_HINT: "Ce lien sert une seule fois. Vous vous connecterez ensuite avec votre courriel et ce mot de passe." / "This link works once. You then sign in with your e-mail and this password.";
    PASSWORD_SUBMIT: "Enregistrer le mot de passe" / "Save the password";
    FORGOTTEN: "Mot de passe oublié?" / "Forgotten password?";
    PASSKEY_SUBMIT: "Entrer avec une clé d’accès" / "Enter with a passkey";
    PASSKEY_STEP: "Montrer ma clé d’accès" / "Show my passkey";
    PASSKEY_STEP_HINT: "Votre mot de passe est bon. Il reste à montrer votre clé d’accès." / "Your password is right. It remains to show your passkey.";
    HOME: "Par votre organisme" / "Through your organisation";
    HOME_HINT: "Entrez avec votre compte de travail, sans autre mot de passe." / "Enter with your work account, without another password.";
    RECOVERY_TITLE: "Mot de passe oublié" / "Forgotten password";
    RECOVERY_HINT: "Votre demande ira à l’administration de votre équipe. Appelez-la\u{a0}: après avoir vérifié qui vous êtes, elle vous remettra un lien pour choisir un nouveau mot de passe. Rien n’est envoyé par courriel." / "Your request goes to your team’s administrator. Call them: once they have checked who you are, they hand you a link to choose a new password. Nothing is sent by e-mail.";
    RECOVERY_SUBMIT: "Demander de l’aide" / "Ask for help";
    RECOVERY_BACK: "Revenir à la connexion" / "Back to signing in";
    CODE_TITLE: "Seconde étape" / "Second step";
    CODE_HINT: "Votre mot de passe est bon. Il reste à montrer que votre téléphone est avec vous." / "Your password is right. It remains to show that your phone is with you.";
    ENROL_HINT: "Votre organisme demande un second facteur. Mettez-le en place maintenant\u{a0}: la prochaine fois, un code suffira." / "Your organisation asks for a second factor. Set it up now: next time a code is enough.";
    CODE_SUBMIT: "Continuer" / "Continue";
    CODE_BACK: "Recommencer la connexion" / "Start signing in again";
    DEMO_TITLE: "Comptes de démonstration" / "Demonstration accounts";
    DEMO_HINT: "Chaque bouton ouvre une session avec ce rôle. Rien ici n’est réel." / "Each button signs in with that role. Nothing here is real.";
    DEMO_ENTER: "Entrer" / "Enter";
    DEMO_ENTER_AS: "Entrer comme {role}, {organisation}" / "Enter as {role}, {organisation}";
}
