// Entry of a credit page, built for a language level that browsers do not have yet.
const money = (n) => n.toFixed(2);
const yuan = (s) => "¥" + s;
document.getElementById("app").innerHTML = "<h1>可借额度</h1><p>" + (50000 |> money(%) |> yuan(%)) + "</p>";
