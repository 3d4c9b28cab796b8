//! Words in scripts and manifests.

/// A word of a POSIX shell: as it is where no shell sees anything in it, else in single quotes.
pub(super) fn shell(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%=".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) && !word.starts_with('=') {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Words of a command.
pub(super) fn command(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<_> = words.into_iter().map(|word| shell(word.as_ref())).collect();
    words.join(" ")
}

/// A scalar of YAML in double quotes: those of JSON are a part of it (YAML 1.2.2, section 1.2).
pub(super) fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    #[test]
    fn words_that_a_shell_would_read_are_quoted() {
        assert_eq!(command(["a/b.toml", "x=1"]), "a/b.toml x=1");
        assert_eq!(command(["", "a b", "it's"]), r"'' 'a b' 'it'\''s'");
        assert_eq!(yaml("a \"b\"\n"), r#""a \"b\"\n""#);
    }

    #[cfg(unix)]
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// The shell itself gives each word back, also where the command is a word of another one.
        #[test]
        fn a_shell_reads_the_words_that_were_meant(words in prop::collection::vec("[ -~äß]{0,12}", 1..5)) {
            let mut all = vec!["printf".to_owned(), "%s\\n".to_owned(), "--".to_owned()];
            all.extend(words.clone());
            all[2] = "start".into();
            let line = command(&all);
            let nested = command(["sh", "-c", &line]);
            for line in [line, nested] {
                let said = Command::new("sh").args(["-c", &line]).output().unwrap();
                let said = String::from_utf8(said.stdout).unwrap();
                let read: Vec<&str> = said.strip_suffix('\n').unwrap().split('\n').collect();
                prop_assert_eq!(read[0], "start");
                prop_assert_eq!(&read[1..], &words[..]);
            }
        }
    }
}
