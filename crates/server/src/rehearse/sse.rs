//! Server-sent events out of a byte stream, as the HTML standard frames them.

/// One dispatched event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    /// Its name; `message` where none was given.
    pub event: String,
    /// Its data lines, joined by line feeds.
    pub data: String,
    /// The last id seen up to it.
    pub id: Option<String>,
}

/// Collects bytes, gives events.
#[derive(Debug, Default)]
pub struct SseReader {
    bytes: Vec<u8>,
    event: String,
    data: Vec<String>,
    id: Option<String>,
}

impl SseReader {
    /// Takes a piece of the stream, however cut, and gives the events that it completes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<SseEvent> {
        self.bytes.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            events.extend(self.line(line.trim_end_matches(['\r', '\n'])));
        }
        events
    }

    fn line(&mut self, line: &str) -> Option<SseEvent> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => self.data.push(value.to_owned()),
            "id" => self.id = Some(value.to_owned()),
            // A comment, which begins with the colon, or a field of no use here.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<SseEvent> {
        let event = std::mem::take(&mut self.event);
        let data = std::mem::take(&mut self.data);
        if data.is_empty() {
            return None;
        }
        let event = if event.is_empty() { "message".to_owned() } else { event };
        Some(SseEvent { event, data: data.join("\n"), id: self.id.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_out_however_the_stream_is_cut() {
        let stream =
            ": ping\n\nevent: turn\nid: 7\ndata: {\"text\":\"h\u{e9}\"}\n\ndata: a\r\ndata:b\r\n\r\nevent: ended\n\n"
                .as_bytes();
        let expected = [
            SseEvent { event: "turn".into(), data: "{\"text\":\"h\u{e9}\"}".into(), id: Some("7".into()) },
            SseEvent { event: "message".into(), data: "a\nb".into(), id: Some("7".into()) },
        ];
        for piece in 1..stream.len() {
            let mut reader = SseReader::default();
            let events: Vec<SseEvent> = stream.chunks(piece).flat_map(|bytes| reader.push(bytes)).collect();
            assert_eq!(events, expected, "pieces of {piece}");
        }
    }
}
