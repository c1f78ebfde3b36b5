//! The service's log: a line of JSON for each thing that happens, on standard error.
//!
//! A line is made where it happens and written by a thread of its own, together with those that
//! come within a few milliseconds: waking another thread for each takes longer than making it. The
//! form is that of `tracing-subscriber`'s own lines of JSON, which take a request three times as long.

use chrono::Utc;
use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::io;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// How long the first line waits for others.
const GATHERED: Duration = Duration::from_millis(5);

/// With so many bytes nothing is waited for.
const ENOUGH: usize = 64 << 10;

/// With so many bytes that nobody has taken yet, whoever has a line waits: none is lost.
const MOST: usize = 8 << 20;

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    has_ended: bool,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// There is something to write, or there will be nothing more.
    more: Condvar,
    /// There is room again.
    room: Condvar,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be written next, in the place of what was written last; none at the end.
    fn next(&self, mut written: Vec<u8>) -> Option<Vec<u8>> {
        written.clear();
        let is_idle = |waiting: &mut Waiting| waiting.lines.is_empty() && !waiting.has_ended;
        let mut waiting =
            self.more.wait_while(self.waiting(), is_idle).unwrap_or_else(PoisonError::into_inner);
        if waiting.lines.len() < ENOUGH && !waiting.has_ended {
            drop(waiting);
            thread::sleep(GATHERED);
            waiting = self.waiting();
        }
        let lines = mem::replace(&mut waiting.lines, written);
        drop(waiting);
        self.room.notify_all();
        (!lines.is_empty()).then_some(lines)
    }
}

/// Where lines go. Clones are the same.
#[derive(Clone)]
pub struct Lines(Arc<Shared>);

/// Writes lines until it is dropped, which waits until all of them are written.
pub struct Written {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

impl Lines {
    /// Lines that are written to `out` by a thread of their own.
    pub fn to(mut out: impl io::Write + Send + 'static) -> io::Result<(Self, Written)> {
        let shared = Arc::new(Shared::default());
        let taken = Arc::clone(&shared);
        let writer = thread::Builder::new().name("log".into()).spawn(move || {
            let mut lines = Vec::with_capacity(2 * ENOUGH);
            while let Some(next) = taken.next(lines) {
                lines = next;
                // Whoever has read it may have gone: the service goes on.
                let _gone = out.write_all(&lines).and_then(|()| out.flush());
            }
        })?;
        let written = Written { shared: Arc::clone(&shared), writer: Some(writer) };
        Ok((Self(shared), written))
    }

    /// Puts a line behind those that wait to be written.
    fn put(&self, line: &str) {
        let Lines(shared) = self;
        let is_full = |waiting: &mut Waiting| waiting.lines.len() > MOST && !waiting.has_ended;
        let mut waiting = shared
            .room
            .wait_while(shared.waiting(), is_full)
            .unwrap_or_else(PoisonError::into_inner);
        let is_first = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line.as_bytes());
        drop(waiting);
        if is_first {
            shared.more.notify_one();
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        self.shared.waiting().has_ended = true;
        self.shared.more.notify_one();
        if let Some(writer) = self.writer.take() {
            let _panicked = writer.join();
        }
    }
}

thread_local! {
    /// A line of this thread's while it is made, and before it the second of the last one in words.
    static LINE: RefCell<(String, i64, String)> = const { RefCell::new((String::new(), 0, String::new())) };
}

/// An event is a line of JSON: `timestamp`, `level`, `fields`, `target`.
impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        LINE.with(|line| {
            // What an event's value says of itself is no event again; if it were, it has no line.
            let Ok(mut line) = line.try_borrow_mut() else { return };
            let (line, second, said) = &mut *line;
            let now = Utc::now();
            if *second != now.timestamp() || said.is_empty() {
                *second = now.timestamp();
                *said = now.format("%Y-%m-%dT%H:%M:%S").to_string();
            }
            line.clear();
            let micros = now.timestamp_subsec_micros();
            let about = event.metadata();
            // A text takes whatever it is given.
            let _ = write!(line, r#"{{"timestamp":"{said}.{micros:06}Z","level":""#);
            line.push_str(about.level().as_str());
            line.push_str(r#"","fields":{"#);
            event.record(&mut Fields { line, is_first: true });
            line.push_str(r#"},"target":"#);
            put_text(line, about.target());
            line.push_str("}\n");
            self.put(line);
        });
    }
}

/// Writes fields one after the other.
struct Fields<'a> {
    line: &'a mut String,
    is_first: bool,
}

impl Fields<'_> {
    /// Begins a field; its name is one of ours, a word.
    fn begin(&mut self, field: &Field) -> &mut String {
        self.line.push_str(if mem::take(&mut self.is_first) { "\"" } else { ",\"" });
        self.line.push_str(field.name());
        self.line.push_str("\":");
        self.line
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let line = self.begin(field);
        line.push('"');
        let _ = write!(Escaped(line), "{value:?}");
        line.push('"');
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        put_text(self.begin(field), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        let _ = write!(self.begin(field), "{value}");
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        let _ = write!(self.begin(field), "{value}");
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.begin(field).push_str(if value { "true" } else { "false" });
    }
}

fn put_text(line: &mut String, text: &str) {
    line.push('"');
    let _ = Escaped(line).write_str(text);
    line.push('"');
}

/// Puts into a text of JSON what is written.
struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let must = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
        // Mostly nothing must, which is seen of many bytes at a time.
        if !text.bytes().fold(false, |any, byte| any | must(byte)) {
            self.0.push_str(text);
            return Ok(());
        }
        let mut rest = text;
        // What must be escaped is ASCII, so it begins and ends a letter.
        while let Some(place) = rest.bytes().position(must) {
            let (plain, special) = rest.split_at(place);
            self.0.push_str(plain);
            let mut letters = special.chars();
            match letters.next() {
                Some('\n') => self.0.push_str("\\n"),
                Some(letter @ ('"' | '\\')) => self.0.extend(['\\', letter]),
                Some(letter) => write!(self.0, "\\u{:04x}", u32::from(letter))?,
                None => {}
            }
            rest = letters.as_str();
        }
        self.0.push_str(rest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::sync::mpsc;
    use tracing_subscriber::layer::SubscriberExt as _;

    /// A reader that takes what is written as it comes.
    struct To(mpsc::Sender<Vec<u8>>);

    impl io::Write for To {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines(taken: &mpsc::Receiver<Vec<u8>>) -> Vec<Value> {
        let text = taken.iter().flatten().collect::<Vec<u8>>();
        let text = String::from_utf8(text).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn an_event_is_a_line_of_json_whatever_it_says() {
        let (to, taken) = mpsc::channel();
        let (log, written) = Lines::to(To(to)).unwrap();
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, || {
            let path = "/v1/\"quoted\"\\\n\u{1}é";
            tracing::info!(path, status = 404_u16, lag = -2, is_ready = true, verb = %"GET");
            tracing::error!(error = ?Some("x\"y"), "it broke off");
        });
        drop(written);
        let lines = lines(&taken);
        let [first, second] = &lines[..] else { panic!("{lines:?}") };
        let fields = json!({
            "path": "/v1/\"quoted\"\\\n\u{1}é", "status": 404, "lag": -2, "is_ready": true,
            "verb": "GET",
        });
        assert_eq!((&first["fields"], &first["level"]), (&fields, &json!("INFO")));
        assert_eq!(first["target"], json!(module_path!()));
        let at = first["timestamp"].as_str().unwrap();
        let age = Utc::now() - at.parse::<chrono::DateTime<Utc>>().unwrap();
        assert!((0..60).contains(&age.num_seconds()), "{at}");
        let fields = json!({ "message": "it broke off", "error": "Some(\"x\\\"y\")" });
        assert_eq!((&second["fields"], &second["level"]), (&fields, &json!("ERROR")));
    }

    #[test]
    fn no_line_is_lost_however_many_come_and_however_slowly_they_are_taken() {
        const EACH: usize = 20_000;
        let (to, taken) = mpsc::channel();
        let (log, written) = Lines::to(To(to)).unwrap();
        thread::scope(|scope| {
            for writer in 0..4 {
                let log = &log;
                scope.spawn(move || {
                    // Together more than may wait.
                    let padding = "x".repeat(200);
                    for number in 0..EACH {
                        let line = format!("[{writer},{number},\"{padding}\"]\n");
                        log.put(&line);
                    }
                });
            }
        });
        drop(written);
        let mut next = [0; 4];
        for line in lines(&taken) {
            let writer = usize::try_from(line[0].as_u64().unwrap()).unwrap();
            assert_eq!(line[1], json!(next[writer]), "each in its order");
            next[writer] += 1;
        }
        assert_eq!(next, [EACH; 4]);
    }
}
