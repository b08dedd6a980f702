//! Where the service is, the keys and the library's options: from the environment, the settings file, or a question at the terminal. Never from
//! arguments: other users of the machine see those.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::files;

/// Name of the settings file, beside the program or in the user's folder.
const FILE_NAME: &str = "videodoktor.ini";
/// Name of the file with the changes whose outcome is unknown, beside the settings file.
const MEMORY_NAME: &str = "videodoktor-unknown.json";

#[derive(Default)]
pub struct Settings {
    pub url: String,
    pub app_key: String,
    pub practice_key: String,
    /// Of the library, as `vd_client_new` takes them.
    pub options: Map<String, Value>,
    /// Where changes whose outcome is unknown are remembered.
    pub memory: PathBuf,
}

impl Settings {
    /// Reads what there is; an environment variable counts over the file's line.
    pub fn read(config: Option<&Path>) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        let file = config.map(Path::to_path_buf).or_else(|| default_files().into_iter().find(|path| path.exists()));
        if let Some(path) = &file {
            let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
            settings
                .take_lines(&text)
                .map_err(|why| Failure::usage(&format!("{}: {why}", path.display()), &format!("{}: {why}", path.display())))?;
        }
        settings.take_environment()?;
        if settings.memory.as_os_str().is_empty() {
            let file = file.or_else(|| default_files().pop()).ok_or_else(Failure::no_folder)?;
            settings.memory = file.with_file_name(MEMORY_NAME);
        }
        Ok(settings)
    }

    fn take_lines(&mut self, text: &str) -> Result<(), String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';', '[']) {
                continue;
            }
            let (name, value) = line.split_once('=').ok_or_else(|| format!("line {} has no =", number + 1))?;
            self.take(name.trim(), value.trim());
        }
        Ok(())
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "url" => self.url = value.into(),
            "app_key" => self.app_key = value.into(),
            "api_key" => self.practice_key = value.into(),
            "memory" => self.memory = value.into(),
            // Numbers, truth values and lists as JSON writes them; all else is text. The library refuses a name that it does not know.
            option => drop(self.options.insert(option.into(), serde_json::from_str(value).unwrap_or_else(|_| value.into()))),
        }
    }

    fn take_environment(&mut self) -> Result<(), Failure> {
        let variables = [
            ("VIDEODOKTOR_URL", "url"),
            ("VIDEODOKTOR_APP_KEY", "app_key"),
            ("VIDEODOKTOR_API_KEY", "api_key"),
            ("VIDEODOKTOR_MEMORY", "memory"),
        ];
        for (variable, name) in variables {
            if let Ok(value) = env::var(variable) {
                self.take(name, &value);
            }
        }
        if let Ok(text) = env::var("VIDEODOKTOR_OPTIONS") {
            let options: Map<String, Value> = serde_json::from_str(&text)
                .map_err(|_| Failure::usage("VIDEODOKTOR_OPTIONS není objekt JSON.", "VIDEODOKTOR_OPTIONS is no JSON object."))?;
            self.options.extend(options);
        }
        Ok(())
    }

    /// Of messages, and of the library's.
    pub fn lang(&self) -> &str {
        self.options.get("lang").and_then(Value::as_str).unwrap_or("cs")
    }

    /// Asks at the terminal for what is missing; the keys do not show.
    pub fn complete(&mut self) -> Result<(), Failure> {
        let names = [
            (&self.url, "url", "VIDEODOKTOR_URL"),
            (&self.app_key, "app_key", "VIDEODOKTOR_APP_KEY"),
            (&self.practice_key, "api_key", "VIDEODOKTOR_API_KEY"),
        ];
        let missing: Vec<_> =
            names.into_iter().filter(|(value, ..)| value.is_empty()).map(|(_, name, variable)| (name, variable)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            let (name, variable) = missing[0];
            return Err(Failure::usage(
                &format!("Chybí {name}: napište ho do souboru nastavení (--config) nebo do proměnné {variable}."),
                &format!("{name} is missing: write it into the settings file (--config) or into the variable {variable}."),
            ));
        }
        for (name, _) in missing {
            let value = if name == "url" { asked(name) } else { rpassword::prompt_password(format!("{name}: ")) };
            self.take(name, value.map_err(|error| Failure::file(Path::new("terminal"), &error))?.trim());
        }
        Ok(())
    }

    pub fn make_memory_folder(&self) -> Result<(), Failure> {
        let folder = files::folder_of(&self.memory);
        files::make_private_folder(folder).map_err(|error| Failure::file(folder, &error))
    }
}

fn asked(name: &str) -> io::Result<String> {
    eprint!("{name}: ");
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line)
}

/// Beside the program, else in the user's own folder.
fn default_files() -> Vec<PathBuf> {
    let beside = env::current_exe().ok().and_then(|program| Some(program.parent()?.join(FILE_NAME)));
    let set = |name: &str| env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    let own = if cfg!(windows) { set("APPDATA") } else { set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config"))) };
    beside.into_iter().chain(own.map(|folder| folder.join("videodoktor").join(FILE_NAME))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settings_file_holds_the_keys_and_the_library_s_options() {
        let mut settings = Settings::default();
        settings
            .take_lines(
                "\u{feff}# ours\r\n[videodoktor]\r\nurl = demo\r\napp_key=a=b\r\ntimeout_ms=5000\r\nproxy=none\r\nallow_http=true\r\n",
            )
            .expect("lines");
        assert_eq!((settings.url.as_str(), settings.app_key.as_str()), ("demo", "a=b"));
        assert_eq!(Value::Object(settings.options).to_string(), r#"{"timeout_ms":5000,"proxy":"none","allow_http":true}"#);
        assert_eq!(Settings::default().take_lines("url demo"), Err("line 1 has no =".into()));
    }
}
