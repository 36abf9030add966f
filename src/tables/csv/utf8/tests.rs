use super::*;

/// What comes out, read in pieces of some sizes.
fn read(bytes: &[u8], said: Option<&'static Encoding>, piece: usize) -> io::Result<(String, bool)> {
    let guessed = Arc::new(AtomicBool::default());
    let mut reader = Utf8::new(Slow(bytes, piece), said, Arc::clone(&guessed));
    let mut all = vec![];
    let mut into = vec![0; piece];
    loop {
        match reader.read(&mut into)? {
            0 => break,
            n => all.extend(&into[..n]),
        }
    }
    let text = String::from_utf8(all).map_err(io::Error::other)?;
    Ok((text, guessed.load(Ordering::Relaxed)))
}

/// Gives so many bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.0.len().min(self.1).min(into.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

const PIECES: [usize; 7] = [1, 2, 3, 7, 9, 31, 1 << 16];

fn is_in_all_pieces(bytes: &[u8], said: Option<&'static Encoding>, text: &str, guessed: bool) {
    for piece in PIECES {
        let (read, was_guessed) = read(bytes, said, piece).expect("it can be read");
        assert_eq!(read, text, "in pieces of {piece}");
        assert_eq!(was_guessed, guessed, "in pieces of {piece}");
    }
}

#[test]
fn utf8_stays() {
    for text in ["", "a", "id,name\n1,Zoë\n2,Łódź\n3,日本\n", "€", "a€"] {
        is_in_all_pieces(text.as_bytes(), None, text, false);
    }
}

#[test]
fn windows_1252_shows_late() {
    let ascii = "1,plain\n".repeat(5_000);
    let bytes = [ascii.as_bytes(), b"2,Z\xFCrich \x80 5\n3,Caf\xE9"].concat();
    is_in_all_pieces(&bytes, None, &format!("{ascii}2,Zürich € 5\n3,Café"), true);
}

#[test]
fn utf16_is_known_by_its_mark_or_by_its_zeros() {
    let text = "id,name\n1,Zoë 日本 🦀\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    is_in_all_pieces(
        &[b"\xFF\xFE", little.as_slice()].concat(),
        None,
        text,
        false,
    );
    is_in_all_pieces(&[b"\xFE\xFF", big.as_slice()].concat(), None, text, false);
    is_in_all_pieces(&little, None, text, false);
    is_in_all_pieces(&big, None, text, false);
}

#[test]
fn an_encoding_that_was_said_is_taken() {
    is_in_all_pieces(b"Caf\x82", Encoding::for_label(b"ibm866"), "CafВ", false);
    is_in_all_pieces(
        b"\xA3\xF3d\x9F",
        Encoding::for_label(b"windows-1250"),
        "Łódź",
        false,
    );
}

#[test]
fn two_encodings_in_one_file_are_refused() {
    for piece in PIECES {
        let bytes = b"1,Z\xFCrich\n2,Caf\xC3\xA9\n";
        assert!(read(bytes, None, piece).is_err(), "in pieces of {piece}");
        // The other way round it is said to be no UTF-8.
        let bytes = b"1,Caf\xC3\xA9\n2,Z\xFCrich\n";
        assert!(read(bytes, None, piece).is_err(), "in pieces of {piece}");
    }
}
