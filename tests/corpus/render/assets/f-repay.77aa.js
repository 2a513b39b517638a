// Lazy chunk of the repayment view, shipped without being lowered.
export function render(outlet) {
  const total = [320, 318, 316] |> %.reduce((a, b) => a + b, 0);
  outlet.innerHTML = `<h2>本期应还</h2><b>${total}</b>`;
}
