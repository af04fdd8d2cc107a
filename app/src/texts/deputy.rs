//! « À moi »: what awaits a person, and who stands in for whom.

use super::texts;

texts! {
    TITLE: "À moi" / "Mine";
    INTRODUCTION: "Ce qui vous attend, et ce qui attend les personnes que vous remplacez." / "What awaits you, and what awaits the people you stand in for.";
    IN_PLACE_OF: "À la place de {name}, jusqu’au {until}" / "In place of {name}, until {until}";
    IN_PLACE_HINT: "Vous agissez en votre nom\u{a0}: l’historique dira «\u{a0}à la place de\u{a0}». Vous ne voyez que ce que votre rôle permet." / "You act in your own name: the history will say “in place of”. You only see what your role allows.";
    OWN: "Ce qui vous attend" / "What awaits you";
    NOTHING: "Rien n’attend." / "Nothing is waiting.";
    CASES: "Dossiers confiés" / "Assigned cases";
    VISITS: "Visites commencées et non terminées" / "Visits begun and not finished";
    VISIT_SINCE: "commencée le {date}" / "begun on {date}";
    REFERRALS: "Références envoyées, encore ouvertes" / "Referrals sent, still open";
    ABSENCES: "Absences" / "Absences";
    ABSENCES_HINT: "Pendant une absence, une personne de l’équipe voit ce qui attend et agit à votre place. Le remplacement prend fin de lui-même." / "During an absence, somebody of the team sees what awaits and acts in your place. It ends by itself.";
    ABSENCE: "{deputy} remplace {absent}, du {from} au {until}" / "{deputy} stands in for {absent}, from {from} to {until}";
    ABSENCE_NOW: "en cours" / "now";
    ABSENCE_END: "Mettre fin" / "End";
    ABSENCE_END_OF: "Mettre fin au remplacement de {absent} par {deputy}" / "End {deputy} standing in for {absent}";
    NAME: "Nommer un remplacement" / "Name a deputy";
    ABSENT: "Qui s’absente" / "Who is away";
    MYSELF: "Moi" / "Myself";
    DEPUTY: "Qui remplace" / "Who stands in";
    FROM: "Premier jour" / "First day";
    UNTIL: "Dernier jour" / "Last day";
    UNTIL_HINT: "Trois mois au plus." / "Three months at most.";
    SUBMIT: "Nommer" / "Name";
}
