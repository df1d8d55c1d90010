"""``tidings sentiment``: how right the scores are, and making them righter by people's labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidings.cli import sentiment_lake, steps
from tidings.cli.console import AsJson, err, out, table
from tidings.errors import ConfigurationError

app = typer.Typer(
    help=(
        "How right the scores are: draw a sample, label it, evaluate, correct, retrain.\n\n"
        "sample -> label the column 'gold' -> evaluate --store -> corrected figures in the mart "
        "-> fit -> rescore"
    ),
    no_args_is_help=True,
)

app.add_typer(sentiment_lake.app, name="lake")

Files = Annotated[list[Path], typer.Argument(help="CSV files that 'sample' wrote, labelled.")]


@app.command()
def sample(
    brand: Annotated[str, typer.Option(help="The brand or competitor whose mentions to draw.")],
    to: Annotated[Path, typer.Option("--out", help="CSV file to write.")],
    n: Annotated[int, typer.Option("--n", min=1, help="Rows of each language.")] = 200,
    language: Annotated[str | None, typer.Option(help="Only this language, e.g. no.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same rows.")] = 0,
    show_predicted: Annotated[
        bool, typer.Option("--show-predicted", help="Show the scorer's label: it sways people.")
    ] = False,
    new: Annotated[
        bool, typer.Option("--new", help="Leave out what has a stored label already.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
) -> None:
    """Draw mentions to be labelled by people, as many of each label, into a CSV file.

    Write positive, neutral, negative or unclear in the column 'gold': how the text speaks of the
    brand. What is left empty can be labelled later. Keep the other columns.

    tidings sentiment sample --brand Acme --language no --out acme-no.csv
    """
    from tidings.cli.sentiment_csv import write
    from tidings.home import Home
    from warehouse.gold import draw
    from warehouse.snapshot import open_current

    if to.exists() and not force:
        raise ConfigurationError(
            f"{to} is there already, perhaps with labels.",
            remedy="Name another file with --out, or write over it with --force.",
        )
    with open_current(Home.find().snapshot) as con:
        drawn = draw(con, brand, n=n, language=language, seed=seed, only_new=new)
    if not drawn:
        raise ConfigurationError(
            f"Nothing about {brand!r} has a score" + (f" in {language!r}." if language else "."),
            remedy="'tidings query' shows what there is, e.g. FROM core.brand_score.",
        )
    written = write(to, drawn, predicted=show_predicted)
    out.print(f"Wrote {written} rows to {to}", highlight=False, markup=False)
    out.print(
        f"Fill in 'gold', then: tidings sentiment evaluate {to}",
        style="dim", highlight=False, markup=False,
    )  # fmt: skip


@app.command()
def evaluate(
    files: Files,
    scorer: Annotated[
        str | None, typer.Option(help="Score the texts with this one now, not as in the snapshot.")
    ] = None,
    store: Annotated[
        bool, typer.Option("--store", help="Keep the labels in the warehouse: figures follow.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Compare labels with scores: confusion, macro-F1, languages, whether confidence holds.

    With --store the labels go to core.gold_label, and marts.brand_reputation_daily has
    net_sentiment_corrected where there are enough of them.

    tidings sentiment evaluate acme-no.csv --scorer accurate
    """
    from tidings.cli import sentiment_gold as gold
    from tidings.cli.sentiment_csv import read
    from tidings.cli.sentiment_shown import show
    from transforms.evaluation import evaluate as judge

    sheet = read(files)
    gold.labelled(sheet.rows, sheet.empty)
    compared = (
        gold.from_snapshot(sheet.rows)
        if scorer is None
        else gold.afresh(sheet.rows, gold.scorer_named(scorer))
    )
    if all(one.given == "unscored" for one in compared.judged):
        raise ConfigurationError(
            f"None of {len(sheet.rows)} labelled texts has a score to compare with.",
            remedy="The files may be of another installation; --scorer NAME scores them now.",
        )
    found = judge(compared.judged)
    stored = gold.store(sheet.rows) if store else None
    if json:
        left_out = {
            "empty": sheet.empty,
            "unclear": compared.unclear,
            "unknown": compared.unknown,
            "clauses": compared.clauses,
            "taught": compared.taught,
        }
        told = {"evaluation": found, "scorers": compared.scorers, "left_out": left_out}
        out.print_json(steps.as_json({**told, "stored": stored}))
        return
    show(found, compared, empty=sheet.empty)
    if stored is not None:
        out.print(
            f"Stored: {stored.new} new labels, {stored.changed} changed.",
            highlight=False, markup=False,
        )  # fmt: skip


@app.command()
def fit(
    files: Files,
    base: Annotated[
        Path | None, typer.Option(help="Fit this student (.npz), not the one that comes along.")
    ] = None,
    corrections: Annotated[
        bool,
        typer.Option("--corrections", help="On labels that people corrected on the pages, too."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Retrain the student on labels, and show what it gains on a fifth that is kept apart.

    Give all labelled files at once, of whole samples: from mistakes alone it would learn that it is
    always wrong, and --corrections are little else, so they only add to samples. The new student is
    a file in the installation's folder 'models'; it is used once a watch file names it, by the
    lines that are printed.

    tidings sentiment fit acme-no.csv acme-da.csv
    """
    from tidings.cli.sentiment_corrected import lessons
    from tidings.cli.sentiment_csv import read
    from tidings.cli.sentiment_fit import fit_student, show

    fitted = fit_student(read(files), base=base, more=lessons() if corrections else ())
    if json:
        out.print_json(steps.as_json(fitted))
    else:
        show(fitted)


@app.command()
def corrections(json: AsJson = False) -> None:
    """Show what scorers made of texts that people corrected on the pages, by version and language.

    People correct what looks wrong to them: this does not tell how often a scorer is right, and the
    corrected figures do not go by it. 'sample' and 'evaluate' do.
    """
    from tidings.cli.sentiment_corrected import counts

    found = counts()
    if json:
        out.print_json(steps.as_json(found))
    elif found:
        names = tuple(found[0])
        table(names, [[row[name] for name in names] for row in found], title="Corrected by people")
    else:
        out.print("Nobody has corrected a label yet.")


@app.command()
def rescore(
    brand: Annotated[str | None, typer.Option(help="Only mentions of this brand.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what was published from this day on (UTC).")
    ] = None,
    json: AsJson = False,
) -> None:
    """Score stored mentions again as the watch files say now; the old scores stay as versions.

    Mentions stay as they are. Doing it again changes nothing; after an interruption it goes on.
    """
    from tidings.cli.sentiment_rescore import rescore as score_again

    start = None if since is None else steps.as_utc(since, option="--since")
    told = score_again(brand=brand, since=start)
    with err.status("Refreshing the marts and publishing ..."):
        steps.refresh()
        steps.publish()
    if json:
        out.print_json(steps.as_json(told))
    else:
        table(tuple(told), [tuple(told.values())], title="Scored again (mentions)")


@app.command()
def scorers(json: AsJson = False) -> None:
    """List the scorers there are: their languages, version, and what they need.

    A watch file chooses in its table 'sentiment': by mode, or scorers by language.
    """
    from tidings.cli.sentiment_scorers import installed, show

    found = installed()
    if json:
        out.print_json(steps.as_json(found))
    else:
        show(found)
