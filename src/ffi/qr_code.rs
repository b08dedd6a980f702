//! A text as a QR code.

use std::ffi::c_char;
use std::path::Path;

use serde_json::json;

use super::{arguments, boundary, vd_status};
use crate::client::report_file;
use crate::service::qr_code::{Format, Picture};

/// Draws a text, such as `meet_url`, as a QR code that a phone's camera reads. No network.
///
/// `text` has 1 to 2,000 bytes. `pixels`, 64 to 4096, is the width and height of the picture, the light margin that readers need included; a
/// module is a whole number of pixels. `path` ends in .svg, .png or .bmp (one bit a pixel, for TImage of Delphi 7); a file there is replaced,
/// whole or not at all. Its folder must exist. The picture of a `meet_url` is the patient's: whoever has it can open the call.
///
/// On success `*out_json` is {"path":"…","bytes":1234,"modules":29}. With `path` NULL nothing is saved, and it is {"svg":"<svg…","modules":29}:
/// a drawing for a web page or a report. `modules` is the number of squares on each side, without the margin.
/// Returns VD_OK; VD_ERR_INVALID_ARGUMENT for a text, size or ending that is not possible, or for fewer pixels than the text needs in a .png
/// or .bmp; VD_ERR_FILE if the file cannot be written; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.
///
/// Example:
///
///     status = vd_qr("https://demo.videodoktor.cz/meet/abc", "pozvanka.bmp", 512, &json);
///     vd_string_free(json);
///
/// Source: ISO/IEC 18004.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vd_qr(text: *const c_char, path: *const c_char, pixels: i32, out_json: *mut *mut c_char) -> vd_status {
    // SAFETY: `out_json` may be written or is NULL; the texts are C strings or NULL.
    unsafe {
        boundary::json(out_json, |_| {
            let text = arguments::text("text", text)?;
            let path = arguments::optional_text("path", path)?;
            let format = path.map(Format::of_path).transpose()?;
            let picture = Picture::of(text, pixels)?;
            let modules = picture.modules();
            let (Some(path), Some(format)) = (path, format) else {
                return Ok(json!({"svg": picture.svg(), "modules": modules}).to_string());
            };
            let bytes = picture.encode(format)?;
            report_file::save(Path::new(path), &bytes)?;
            Ok(json!({"path": path, "bytes": bytes.len(), "modules": modules}).to_string())
        })
    }
}
