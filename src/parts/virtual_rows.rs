//! Long lists: only the rows near the window are in the page, between two spacer rows that are as
//! high as what is left out. The number of rows in the page does not depend on the list's length.
//!
//! ```ignore
//! let rows = VirtualRows::new(total);
//! view! {
//!     <div class="table-wrap virtual" node_ref=rows.container() on:scroll=move |_| rows.look()>
//!         <table><tbody>
//!             <Spacer height=rows.before() columns=8/>
//!             <For each=move || rows.range() key=|place| *place let:place>
//!                 <tr aria-rowindex=place + 2>…</tr>
//!             </For>
//!             <Spacer height=rows.after() columns=8/>
//!         </tbody></table>
//!     </div>
//! }
//! ```

use crate::parts::live::{derived, effect, memo};
use crate::stage::use_stage;
use crate::view::prelude::*;
use leptos::html;
use std::ops::Range;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::ResizeObserver;

/// The height of a row until the first one is measured (look.md: rows 40 px).
const ROW_HEIGHT: f64 = 40.0;

/// Rows kept in the page above and below the window, so that a fast scroll and the Tab key find
/// something there.
const OVERSCAN: usize = 10;

/// The window starts at a multiple of this, so that not every pixel scrolled changes the page.
const STEP: usize = 5;

/// A window over the rows of a list, which all have one height.
#[derive(Clone, Copy)]
pub struct VirtualRows {
    container: NodeRef<html::Div>,
    total: Signal<usize>,
    row_height: RwSignal<f64>,
    /// The place of the row at the window's upper edge.
    top: RwSignal<usize>,
    /// How many rows the window shows.
    shown: RwSignal<usize>,
    range: Memo<(usize, usize)>,
}

impl VirtualRows {
    /// A window over so many rows. Follows its container's size until its owner is gone.
    pub fn new(total: Signal<usize>) -> Self {
        // More than the window holds is not needed to be seen first.
        let shown = rows_in(window_height(), ROW_HEIGHT) + 1;
        let (top, shown) = (RwSignal::new(0_usize), RwSignal::new(shown));
        let overscan = RwSignal::new(0_usize);
        let range = memo(move || {
            let (total, shown, overscan) = (total.get(), shown.get(), overscan.get());
            // A list that has become shorter ends with a full window.
            let top = top.get().min(total.saturating_sub(shown));
            let first = top.saturating_sub(overscan);
            let first = first - first % STEP;
            let most = shown + 2 * overscan + STEP;
            (first, (first + most).min(total))
        });
        let container = NodeRef::new();
        let row_height = RwSignal::new(ROW_HEIGHT);
        let rows = Self { container, total, row_height, top, shown, range };
        rows.follow_size();
        // Rows have a height once they are in the page.
        effect(move || {
            let (_, _) = (container.get(), total.get());
            request_animation_frame(move || {
                rows.look();
                // After the frame that shows the first ones.
                let widen = move || {
                    let _ = overscan.try_set(OVERSCAN);
                };
                set_timeout(widen, Duration::ZERO);
            });
        });
        rows
    }

    /// Looks again whenever the container has another size, as in a window that is dragged.
    fn follow_size(self) {
        let Some(sized) = Watch::start(move || self.look()) else { return };
        let sized = StoredValue::new_local(sized);
        effect(move || {
            if let Some(container) = self.container.get() {
                sized.with_value(|sized| sized.observer.observe(&container));
            }
        });
    }

    /// The element that scrolls.
    pub const fn container(self) -> NodeRef<html::Div> {
        self.container
    }

    /// Looks where the window is; for `on:scroll`.
    pub fn look(self) {
        let Some(container) = self.container.try_get_untracked().flatten() else { return };
        if let Ok(Some(row)) = container.query_selector("tbody > tr[aria-rowindex]") {
            let height = row.get_bounding_client_rect().height();
            if height >= 1.0 && (height - self.row_height.get_untracked()).abs() > 0.25 {
                self.row_height.set(height);
            }
        }
        let height = self.row_height.get_untracked();
        // A container that is not held to a height must not bring all rows into the page.
        let visible = f64::from(container.client_height()).min(window_height());
        let top = rows_in(f64::from(container.scroll_top()), height);
        let top = top.min(self.total.get_untracked());
        let shown = rows_in(visible, height) + 1;
        if self.shown.get_untracked() != shown {
            self.shown.set(shown);
        }
        if self.top.get_untracked() != top {
            self.top.set(top);
        }
    }

    /// The places of the rows that belong in the page, from 0.
    pub fn range(self) -> Range<usize> {
        let (first, end) = self.range.get();
        first..end
    }

    /// The place behind the last row in the page; for fetching what comes next.
    pub fn end(self) -> usize {
        self.range.get().1
    }

    /// The height of the rows left out above, as CSS has it.
    pub fn before(self) -> Signal<String> {
        derived(move || pixels(self.range.get().0, self.row_height.get()))
    }

    /// The height of the rows left out below, as CSS has it.
    pub fn after(self) -> Signal<String> {
        derived(move || {
            let left = self.total.get().saturating_sub(self.range.get().1);
            pixels(left, self.row_height.get())
        })
    }

    /// Goes back to the first row, as after another search.
    pub fn to_start(self) {
        if let Some(container) = self.container.get_untracked() {
            container.set_scroll_top(0);
        }
        self.top.set(0);
    }
}

/// Hears of sizes until it is dropped.
struct Watch {
    observer: ResizeObserver,
    _look: Closure<dyn Fn()>,
}

impl Watch {
    fn start(look: impl Fn() + 'static) -> Option<Self> {
        let look = Closure::<dyn Fn()>::new(look);
        let observer = ResizeObserver::new(look.as_ref().unchecked_ref()).ok()?;
        Some(Self { observer, _look: look })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The browser window's height in pixels.
fn window_height() -> f64 {
    let height = window().inner_height().ok().and_then(|height| height.as_f64());
    height.unwrap_or(2_000.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels on a screen: positive once clamped, and far below 2^32"
)]
fn rows_in(pixels: f64, row: f64) -> usize {
    (pixels.max(0.0) / row.max(1.0)) as usize
}

fn pixels(rows: usize, row: f64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lists are far shorter than 2^50"
    )]
    let tenths = (rows as f64 * row * 10.0) as u64;
    // Whole numbers are much less code to write than those with points.
    format!("{}.{}px", tenths / 10, tenths % 10)
}

/// The row that stands for those left out.
#[component]
pub fn Spacer(
    /// Its height, by [`VirtualRows::before`] or [`VirtualRows::after`].
    height: Signal<String>,
    /// How many columns the table has.
    columns: u8,
) -> View {
    view! {
        <tr class="spacer" role="presentation" style:height=move || height.get()>
            <td role="presentation" colspan=columns.to_string()></td>
        </tr>
    }
}

/// Lets the page fill the window, so that its list scrolls in itself; until its owner is gone.
pub fn fill_window() {
    let stage = use_stage();
    let set = move |on: bool| {
        if let Some(shell) = stage.find(".shell") {
            // A name without spaces is always accepted.
            let _ = shell.class_list().toggle_with_force("shell--fill", on);
        }
    };
    effect(move || set(true));
    on_cleanup(move || set(false));
}
