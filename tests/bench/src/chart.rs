//! Draws, as SVG, how the time of a check grows with the page, how the load of a server goes with time, and what several things add to a page.
use anyhow::{Context, Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::path::Path;

pub struct Line {
    pub name: String,
    /// Elements and milliseconds.
    pub points: Vec<(f64, f64)>,
}

const SIZE: (u32, u32) = (900, 560);
const CHART_WIDTH: u32 = 660;
/// Of panels side by side.
const WIDE: (u32, u32) = (1180, 460);
/// Told apart by people who see colours otherwise, too (Okabe and Ito).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];
const INK: RGBColor = RGBColor(40, 44, 52);
const QUIET: RGBColor = RGBColor(110, 116, 128);
/// The ground while the server fails.
const FAILING: RGBColor = RGBColor(252, 236, 232);
const GRID: RGBColor = RGBColor(226, 229, 234);
/// Steps of the clock that measured; logarithms need more than nothing.
const LEAST_MS: f64 = 0.005;

/// Both axes are logarithmic. `limits` are lines of their own, with their names on them.
pub fn growth(file: &Path, lines: &[Line], limits: &[(&str, f64)]) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    draw(file, lines, limits)
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("cannot draw {}", file.display()))
}

fn draw(file: &Path, lines: &[Line], limits: &[(&str, f64)]) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let font = |size: i32, colour: &RGBColor| ("sans-serif", size).into_font().color(colour);
    root.draw(&Text::new("Time of one render check by size of the page", (24, 20), font(20, &INK)))?;
    let (left, right) = root.margin(52, 16, 16, 16).split_horizontally(CHART_WIDTH);
    let (from, to) = span(lines.iter().flat_map(|line| line.points.iter().map(|point| point.0)));
    let times = lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
    let (low, high) = around(times.chain(limits.iter().map(|limit| limit.1)));
    let mut chart = ChartBuilder::on(&left)
        .x_label_area_size(52)
        .y_label_area_size(72)
        .margin_right(12)
        .build_cartesian_2d((from..to).log_scale(), (low..high).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("elements of the page")
        .y_desc("median, milliseconds")
        .x_label_formatter(&|value| thousands(*value))
        .y_label_formatter(&|value| plain(*value))
        .label_style(font(14, &INK))
        .axis_desc_style(font(15, &INK))
        .axis_style(QUIET)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (_, limit) in limits {
        let style = QUIET.stroke_width(1);
        // In dashes: on a logarithmic axis equal ones have equal quotients.
        let step = (to / from).powf(1.0 / 60.0);
        let starts = std::iter::successors(Some(from), |at| Some(at * step * step)).take_while(|at| at * step <= to);
        chart.draw_series(starts.map(|at| PathElement::new(vec![(at, *limit), (at * step, *limit)], style)))?;
    }
    for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        let points: Vec<_> = line.points.iter().map(|(elements, ms)| (*elements, ms.max(LEAST_MS))).collect();
        chart.draw_series([PathElement::new(points.clone(), colour.stroke_width(2))])?;
        chart.draw_series(points.into_iter().map(|point| Circle::new(point, 4, colour.filled())))?;
    }
    // Beside the lines, in the order in which they end, so that the eye finds them.
    let mut named: Vec<_> = lines.iter().zip(COLOURS.iter().cycle()).collect();
    let last = |line: &Line| line.points.last().map_or(0.0, |point| point.1);
    named.sort_by(|a, b| last(b.0).total_cmp(&last(a.0)));
    let mut y = 20;
    let entry = |y: i32, name: &str, figure: String| {
        let middle = |size, colour| font(size, colour).pos(Pos::new(HPos::Left, VPos::Center));
        right.draw(&Text::new(name.to_string(), (42, y), middle(14, &INK)))?;
        right.draw(&Text::new(figure, (42, y + 17), middle(12, &QUIET)))
    };
    for (line, colour) in named {
        right.draw(&PathElement::new(vec![(8, y), (32, y)], colour.stroke_width(3)))?;
        right.draw(&Circle::new((20, y), 4, colour.filled()))?;
        entry(y, &line.name, format!("{} ms at {}", plain(last(line)), thousands(to)))?;
        y += 44;
    }
    for (name, limit) in limits {
        for x in [8, 17, 26] {
            right.draw(&PathElement::new(vec![(x, y), (x + 6, y)], QUIET.stroke_width(1)))?;
        }
        entry(y, name, format!("{} ms", plain(*limit)))?;
        y += 44;
    }
    root.present()?;
    Ok(())
}

/// Load over time.
pub struct Load<'a> {
    pub title: &'a str,
    /// Name, and points of seconds and requests a second.
    pub lines: Vec<(&'a str, Vec<(f64, f64)>)>,
    /// Seconds between which the server fails.
    pub fails: (f64, f64),
}

pub fn load(file: &Path, load: &Load) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    draw_load(file, load).map_err(|error| anyhow!("{error}")).with_context(|| format!("cannot draw {}", file.display()))
}

fn draw_load(file: &Path, load: &Load) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let font = |size: i32, colour: &RGBColor| ("sans-serif", size).into_font().color(colour);
    root.draw(&Text::new(load.title, (24, 20), font(20, &INK)))?;
    let (left, right) = root.margin(52, 16, 16, 16).split_horizontally(CHART_WIDTH);
    let points = || load.lines.iter().flat_map(|line| line.1.iter());
    let end = points().map(|point| point.0).fold(0.0, f64::max);
    // Storms differ by orders of magnitude.
    let (low, high) = around(points().map(|point| point.1));
    let mut chart = ChartBuilder::on(&left)
        .x_label_area_size(52)
        .y_label_area_size(72)
        .margin_right(12)
        .build_cartesian_2d(0.0..end, (low..high).log_scale())?;
    chart.draw_series([Rectangle::new([(load.fails.0, low), (load.fails.1, high)], FAILING.filled())])?;
    chart
        .configure_mesh()
        .x_desc("seconds")
        .y_desc("requests a second")
        .x_label_formatter(&|value| plain(*value))
        .y_label_formatter(&|value| thousands(*value))
        .label_style(font(14, &INK))
        .axis_desc_style(font(15, &INK))
        .axis_style(QUIET)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for ((_, points), colour) in load.lines.iter().zip(COLOURS.iter().cycle()) {
        chart.draw_series([PathElement::new(points.clone(), colour.stroke_width(2))])?;
    }
    let middle = |size, colour| font(size, colour).pos(Pos::new(HPos::Left, VPos::Center));
    let mut y = 20;
    for ((name, points), colour) in load.lines.iter().zip(COLOURS.iter().cycle()) {
        let most = points.iter().map(|point| point.1).fold(0.0, f64::max);
        right.draw(&PathElement::new(vec![(8, y), (32, y)], colour.stroke_width(3)))?;
        right.draw(&Text::new(name.to_string(), (42, y), middle(13, &INK)))?;
        right.draw(&Text::new(format!("at most {} a second", plain(most)), (42, y + 17), middle(12, &QUIET)))?;
        y += 44;
    }
    right.draw(&Rectangle::new([(8, y - 7), (32, y + 7)], FAILING.filled()))?;
    right.draw(&Text::new("every request fails", (42, y), middle(13, &INK)))?;
    root.present()?;
    Ok(())
}

/// One figure: what each of several adds to it, round by round.
pub struct Panel<'a> {
    pub title: &'a str,
    pub unit: &'a str,
    /// How much the first column may be.
    pub limit: Option<f64>,
    pub columns: Vec<Column<'a>>,
}

pub struct Column<'a> {
    pub name: &'a str,
    pub values: Vec<f64>,
    pub median: f64,
}

/// Space between the dots of a column and its edges, as a share of its width.
const COLUMN_MARGIN: f64 = 0.22;
/// In the line of a limit.
const DASHES: f64 = 6.0;

/// The panels side by side, each with a scale of its own.
pub fn differences(file: &Path, title: &str, panels: &[Panel]) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    draw_differences(file, title, panels)
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("cannot draw {}", file.display()))
}

fn draw_differences(file: &Path, title: &str, panels: &[Panel]) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(file, WIDE).into_drawing_area();
    root.fill(&WHITE)?;
    let font = |size: i32, colour: &RGBColor| ("sans-serif", size).into_font().color(colour);
    root.draw(&Text::new(title, (24, 20), font(20, &INK)))?;
    let note = "Each dot is one round: the difference against the plain page of that round. Each bar is the median. Dashes: the first one's limit.";
    root.draw(&Text::new(note, (24, 48), font(14, &QUIET)))?;
    for (panel, area) in panels.iter().zip(root.margin(78, 12, 8, 12).split_evenly((1, panels.len()))) {
        let columns = panel.columns.len() as f64;
        let (low, high) =
            beyond_zero(panel.columns.iter().flat_map(|column| column.values.iter().copied()).chain(panel.limit));
        let centred = |size, colour| font(size, colour).pos(Pos::new(HPos::Center, VPos::Top));
        let middle = i32::try_from(area.dim_in_pixel().0 / 2)?;
        area.draw(&Text::new(format!("{}, {}", panel.title, panel.unit), (middle + 20, 0), centred(15, &INK)))?;
        let mut chart = ChartBuilder::on(&area)
            .margin_top(24)
            .margin_right(6)
            .y_label_area_size(46)
            .x_label_area_size(44)
            .build_cartesian_2d(0.0..columns, low..high)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .disable_x_axis()
            .y_labels(6)
            .y_label_formatter(&|value| signed(*value))
            .label_style(font(13, &INK))
            .axis_style(QUIET)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .draw()?;
        chart.draw_series([PathElement::new(vec![(0.0, 0.0), (columns, 0.0)], QUIET.stroke_width(1))])?;
        if let Some(limit) = panel.limit {
            let dash = |at: f64| {
                PathElement::new(vec![(at / DASHES, limit), ((at + 0.5) / DASHES, limit)], INK.stroke_width(1))
            };
            chart.draw_series((0..DASHES as u32).map(|at| dash(f64::from(at))))?;
        }
        for (at, (column, colour)) in panel.columns.iter().zip(COLOURS.iter().cycle()).enumerate() {
            let (left, right) = (at as f64 + COLUMN_MARGIN, (at + 1) as f64 - COLUMN_MARGIN);
            // In the order of the rounds, so that a drift of the machine would be seen.
            let step = (right - left) / column.values.len().max(1) as f64;
            let dots =
                column.values.iter().enumerate().map(|(round, value)| (left + step * (round as f64 + 0.5), *value));
            chart.draw_series(dots.map(|dot| Circle::new(dot, 3, colour.mix(0.55).filled())))?;
            let bar = vec![(at as f64 + 0.1, column.median), (at as f64 + 0.9, column.median)];
            chart.draw_series([PathElement::new(bar, colour.stroke_width(3))])?;
            let (x, y) = chart.plotting_area().map_coordinate(&(at as f64 + 0.5, low));
            let (left, top) = area.get_base_pixel();
            area.draw(&Text::new(column.name, (x - left, y - top + 6), centred(13, &INK)))?;
            area.draw(&Text::new(signed(column.median), (x - left, y - top + 24), centred(13, colour)))?;
        }
    }
    root.present()?;
    Ok(())
}

/// Around all of them and zero, with some air.
fn beyond_zero(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let air = ((high - low) * 0.06).max(0.5);
    (low - air, high + air)
}

/// `+12`, `-3`, `0`.
fn signed(value: f64) -> String {
    match value.abs() {
        near if near < 0.05 => "0".into(),
        near if near < 10.0 && near.fract() > 0.05 => format!("{value:+.1}"),
        _ => format!("{value:+.0}"),
    }
}

fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, 0.0), |(low, high), value| (low.min(value), high.max(value)))
}

/// Around all of them with some air, so that none runs along an axis.
fn around(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = span(values.map(|value| value.max(LEAST_MS)));
    (low * 0.6, high * 1.6)
}

/// `10,000`.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join(",")
}

/// Three figures, without zeros at the end.
fn plain(value: f64) -> String {
    if value >= 1000.0 {
        return thousands(value);
    }
    let decimals = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else if value >= 1.0 {
        2
    } else {
        3
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        for (value, text) in [(100.0, "100"), (1000.0, "1,000"), (100_000.0, "100,000")] {
            assert_eq!(thousands(value), text);
        }
        for (value, text) in
            [(0.01, "0.01"), (0.5, "0.5"), (8.0, "8"), (12.34, "12.3"), (100.0, "100"), (0.0, "0"), (1000.0, "1,000")]
        {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn no_line_runs_along_an_axis() {
        for values in [vec![1.0, 10.0], vec![8.0], vec![0.0]] {
            let (low, high) = around(values.iter().copied());
            assert!(low > 0.0 && values.iter().all(|value| low < value.max(LEAST_MS) && *value < high), "{low} {high}");
        }
    }

    #[test]
    fn differences_carry_their_sign() {
        for (value, text) in [(0.0, "0"), (12.4, "+12"), (-3.0, "-3"), (2.5, "+2.5"), (-0.01, "0"), (250.0, "+250")] {
            assert_eq!(signed(value), text);
        }
    }

    #[test]
    fn zero_is_always_within_a_panel_of_differences() {
        for values in [vec![5.0, 9.0], vec![-4.0], vec![0.0], vec![]] {
            let (low, high) = beyond_zero(values.iter().copied());
            assert!(
                low < 0.0 && high > 0.0 && values.iter().all(|value| low < *value && *value < high),
                "{low} {high}"
            );
        }
    }

    #[test]
    fn a_picture_of_differences_names_its_panels_columns_and_medians() {
        let file = std::env::temp_dir().join(format!("pagemend-differences-{}.svg", std::process::id()));
        let column = Column { name: "Guest", values: vec![10.0, -2.0, 14.0], median: 10.0 };
        let empty = Column { name: "Other", values: Vec::new(), median: 0.0 };
        let panel = Panel { title: "main thread", unit: "ms", limit: Some(12.0), columns: vec![column, empty] };
        differences(&file, "What each adds", &[panel]).unwrap();
        let svg = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        for part in ["What each adds", "main thread, ms", "Guest", "Other", "+10"] {
            assert!(svg.contains(part), "{part} is missing");
        }
    }

    #[test]
    fn a_chart_names_its_lines_limits_and_axes() {
        let file = std::env::temp_dir().join(format!("pagemend-chart-{}.svg", std::process::id()));
        let line = Line { name: "a <list>".into(), points: vec![(100.0, 0.2), (1000.0, 2.0), (100_000.0, 0.0)] };
        growth(&file, &[line], &[("limit", 8.0)]).unwrap();
        let svg = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        for part in ["a &lt;list&gt;", "limit", "elements of the page", "100,000"] {
            assert!(svg.contains(part), "{part} is missing");
        }
    }
}
