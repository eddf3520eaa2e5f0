// hostile returns a recording whose hrefs, tokens and texts attack a page that shows them.
export function hostile(recording) {
  const id = "7d2b9c40-0e63-4b53-9f0e-3a4d5b6c7e12";
  const attacks = ["<img src=x onerror=attacked=1>", "</script><script>attacked=1</script>", "javascript:attacked=1", "\u202egnp.exe\u0000\u001b[2J", "%%{init: {}}%% ; # end"];
  const texts = (n) => JSON.stringify(attacks.join(" ")).slice(1, -1) + n;
  return ["constructor", "__proto__", "<b>Busy</b>", "end;#"].map((subcode, n) => recording
    .replaceAll(id, `${encodeURIComponent("<img src=x onerror=attacked=1>")}${n}`)
    .replaceAll("dial-0002", `dial-${n}<svg onload=attacked=1>`)
    .replaceAll("Your invitation was declined.", texts(n))
    .replaceAll('"Declined"', `"${subcode}"`)
    .replaceAll("sip:amanda@fabrikam.example", `sip:\\"><img src=x onerror=attacked=1>${n}@fabrikam.example`)).join("");
}
