"""`method.md`: how this very release was made, in plain words and then exactly, with its own numbers.

Everything in it is public before the wave opens (the plan) or published beside it (the noisy integers'
scales)."""

from fractions import Fraction

from backend.core.method_places import weights_table
from backend.core.release_input import ReleaseInput


def method_text(release: ReleaseInput) -> str:
    """The method as Markdown: English, with a Swedish summary. It holds no count, neither exact nor noisy."""
    sections = (
        _in_short(release),
        _summary_in_swedish(release),
        _protection(release),
        _blocks(release),
        _computation(),
        _rules(release),
        _limits(release),
        weights_table(release),
        _files(),
        _sources(release),
    )
    return "\n\n".join(sections) + "\n"


def _in_short(release: ReleaseInput) -> str:
    plan = release.plan
    return f"""# Method: {_line(release.title)}

Release `{release.release}` of survey `{plan.survey}`, wave `{plan.wave}`, prepared on {release.prepared_on}.
Plan `{release.plan_hash}`, questionnaire `{plan.questionnaire_hash}`; both were fixed before the wave opened.

## In short

Residents answered a survey. Every number that was taken from their answers had random noise added before
anyone saw it, so much that what is published would look much the same whether or not a certain person had
answered, and whatever they had answered. The privacy loss below says exactly how much. All noisy numbers
are in `measurements.csv`; the figures in `results.csv` are computed from them and from nothing else. Every
share comes with a 95 % interval that covers both the chance in who answered and the noise. A figure that
would be too imprecise is withheld, and its row says so. The interval does **not** cover self-selection:
those who chose to answer may differ from those who did not."""


def _summary_in_swedish(release: ReleaseInput) -> str:
    return f"""## Sammanfattning på svenska

Boende har svarat på en enkät. Varje tal som hämtats ur svaren fick slumpmässigt brus innan någon såg det.
Därför hade resultaten sett ungefär likadana ut om en viss person hade svarat eller inte. Alla brusade tal
finns i `measurements.csv`, och siffrorna i `results.csv` är beräknade enbart ur dem. Varje andel har ett
intervall på 95 % som täcker både slumpen i vilka som svarade och bruset, men **inte** att de som valde att
svara kan skilja sig från de andra. Siffror som skulle bli för osäkra visas inte, och raden säger varför.
Andelar för områden och hela kommunen vägs efter befolkning. Integritetsförlusten är högst
{_with_comma(_decimal(release.plan.rho))} (rho), det vill säga epsilon {_with_comma(release.epsilon)} vid
delta {release.delta},
räknat på ett helt svar. {_enforced_in_swedish(release)}"""


def _enforced_in_swedish(release: ReleaseInput) -> str:
    if release.one_response_enforced:
        return "Var och en kunde svara en gång."
    return "Att var och en svarar bara en gång kontrolleras inte."


def _protection(release: ReleaseInput) -> str:
    plan = release.plan
    enforced = "One response per person and wave was enforced."
    if not release.one_response_enforced:
        enforced = """One response per person and wave was **not** enforced: for someone who answered
several times the protection covers each response, not all of them together."""
    looks = "No look at the progress of the wave was planned."
    if plan.looks:
        looks = f"""The loss includes at most {plan.looks} nightly looks at the progress of the whole city: a
count with discrete Gaussian noise of standard deviation {plan.look_sigma}, shown rounded."""
    return f"""## What is protected

The unit of privacy is **one whole response**: all its answers, the background variables, and having taken
part (neighbouring data sets differ by adding or removing one response in one wave). The privacy loss of the
whole wave is at most rho = {plan.rho} ({_decimal(plan.rho)}) in zero-concentrated differential privacy (Bun
and Steinke 2016), which is epsilon {release.epsilon} at delta {release.delta}. {enforced}

{looks}

Free text, places and times of answers are never part of a release. Exact counts are shown to nobody."""


def _blocks(release: ReleaseInput) -> str:
    rows = "\n".join(
        f"| {block.block} | {block.cells[0].level if block.cells else ''} | {block.l2sq} "
        f"| {block.rho} ({_decimal(block.rho)}) | {block.sigma:.4f} |"
        for block in release.measurements.blocks
    )
    return f"""## What was measured

Each block is a vector of integers with discrete Gaussian noise (Canonne, Kamath and Steinke 2020) of
standard deviation sigma, where sigma is `sqrt(l2sq / (2 rho))`, nudged up until the loss is certified not
to exceed rho; `l2sq` is the exact squared change that one response can make.

| block | level | l2sq | rho | sigma |
|---|---|--:|--:|--:|
{rows}

- `n`: number of responses. `composition`: `c n_a - n` for each of the `c` age bands and genders.
- `core_headline`: the balance `S` of a core question: +1 for an answer in its headline group, -1 otherwise,
  no valid answer included.
- `detail`: `c T_j - n` for each of a variable's `c` categories; "no valid answer" and "not shown" are
  categories.
- `age_core`, `gender_core`: `c S_a - S` for each age band and gender, not stated included."""


def _computation() -> str:
    return """## How the figures are computed

With `centre(y) = y - mean(y)` for a noisy centred vector `y` over `c` categories:
`n_a = (n + centre(y)_a) / c`, `T_j = (n + centre(y)_j) / c`, `S_a = (S + centre(y)_a) / c`.

- **Headline share** of all respondents: `p = (1 + S / n) / 2`, unbiased before it is clipped to 0-1.
- **Noisy counts** of districts add up to areas and city; they are clipped at 0 only for showing.
  Respondents from elsewhere are counted in the city's number of respondents and in no share of an area or
  of the city.
- **Area and city shares** are means of the district shares weighted by population (where no population is
  known, by respondents). Districts below the row threshold are pooled within their area first, and with the
  next smallest district while they are still below it.
- **Detail**: `T_j / n`, weighted to the city by the areas' population; a core question's categories are
  moved by least squares so that they add up to its headline share.
- **Base** `all` is all respondents; base `valid` divides by the share of valid answers (area and city only).
- **Age and gender**: `(1 + S_a / n_a) / 2` per area; the city is the mean of the areas weighted by their
  population, areas with too few of the group pooled first. Gender "other" and "not stated" are shown in no
  cross-table.
- **Interval** (95 %): centred on `p~ = (p m + 2) / (m + 4)` with variance `p~ (1 - p~) / (m + 4)` plus the
  variance of the noise, times 1.96 standard deviations each way, then clipped to 0-1. `m` is the number of
  respondents; for a weighted mean it is Kish's effective number `1 / sum(w^2 / n)`. The variance of the
  noise is propagated to first order through every noisy integer behind the figure: for a district
  `[sigma_S^2 / 4 + (p~ - 1/2)^2 sigma_n^2] / n^2`. `noise_sd` in `results.csv` is its root.
- The interval of a **number of respondents** covers the noise alone."""


def _rules(release: ReleaseInput) -> str:
    rules = release.plan.rules
    return f"""## What is withheld or marked

The rules look at noisy values only.

- A row of a district, area or city needs at least {rules.row_minimum} (noisy) respondents, a row by age or
  gender at least {rules.cross_minimum}; otherwise its status is `withheld-few`.
- A share whose interval is wider than ± {_points(rules.withheld_half_width)} percentage points is withheld
  (`withheld-imprecise`); wider than ± {_points(rules.uncertain_half_width)} it is marked `uncertain`.
- Gender "other" is counted at city level only.
- "Withheld" concerns estimates: the noisy integers are all in `measurements.csv`.
- A **change** between two waves is called a change only where it holds at a false discovery rate of 5 %
  over all comparisons of a page (Benjamini and Hochberg 1995)."""


def _limits(release: ReleaseInput) -> str:
    return f"""## What the figures do not say

- **Self-selection.** Taking part was voluntary and open. The intervals describe chance and noise; they
  cannot tell how those who did not answer would have answered.
- **Single districts are not a ranking.** Intervals overlap; a difference between two districts is often
  chance.
- **Population.** {_line(release.population_source)} Population weights correct for districts that answered
  more or less often than others, not for age, gender or anything else within a district.
- Whoever runs the servers could see the answers while they are stored; the guarantee is about what is
  published."""


def _files() -> str:
    return """## Files

`measurements.csv` all noisy integers · `results.csv` one figure per row · `codebook.csv` what the codes
mean · `districts.geojson` the districts · `datapackage.json` fields, sizes and SHA-256 sums of all files.

CSV files are UTF-8 (RFC 4180). A text that a spreadsheet could take for a formula has an apostrophe in
front."""


def _sources(release: ReleaseInput) -> str:
    sources = "\n".join(
        f"- {_line(source.title)}{f' <{source.url}>' if source.url else ''}" for source in release.sources
    )
    licence = release.licence
    return f"""## Sources, licence, contact

{sources or "- No other sources were used."}

Licence: {licence.title} ({licence.name}), <{licence.url}>. Published by {_line(release.publisher)}.
Contact: {_line(release.contact)}"""


def _decimal(fraction: str) -> str:
    """A fraction text as a decimal number with four significant digits."""
    return f"{float(Fraction(fraction)):.4g}"


def _with_comma(number: str) -> str:
    """A decimal number as it is written in Swedish."""
    return number.replace(".", ",")


def _points(share: float) -> str:
    """A share (0-1) in percentage points."""
    return f"{share * 100:g}"


def _line(text: str) -> str:
    """Text from outside on one line, so that it cannot start a heading or a list of its own."""
    return " ".join(text.split())
