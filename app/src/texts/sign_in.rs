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
    DEMO_TITLE: "Comptes de démonstration" / "Demonstration accounts";
    DEMO_HINT: "Chaque bouton ouvre une session avec ce rôle. Rien ici n’est réel." / "Each button signs in with that role. Nothing here is real.";
    DEMO_ENTER: "Entrer" / "Enter";
    DEMO_ENTER_AS: "Entrer comme {role}, {organisation}" / "Enter as {role}, {organisation}";
}
