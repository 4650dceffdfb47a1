//! What a JSON value may look like, and the protocol's error for each way it can differ.

use realtime_api::ErrorDetail;
use serde_json::Value;

/// The shape of a value.
#[derive(Debug)]
pub enum Shape {
    /// Anything at all.
    Any,
    /// Text of at most so many characters.
    Text(usize),
    /// `true` or `false`.
    Flag,
    /// A number in a closed range.
    Number(f64, f64),
    /// A whole number in a closed range.
    Count(u64, u64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// The shape, or `null`.
    OrNull(&'static Shape),
    /// The first of these whose JSON type fits.
    OneOf(&'static [Shape]),
    /// A list of at most so many.
    List(&'static Shape, usize),
    /// An object with these fields and no others.
    Fields(&'static [Field]),
    /// An object of at most so many texts.
    Texts(usize),
    /// Any object.
    Object,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    name: &'static str,
    shape: Shape,
    is_required: bool,
}

/// A field that may be absent.
pub const fn may(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, is_required: false }
}

/// A field that must be there.
pub const fn must(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, is_required: true }
}

/// Checks `value` at `path`; the first difference is the error.
pub fn check(value: &Value, path: &str, shape: &Shape) -> Result<(), ErrorDetail> {
    match shape {
        Shape::Any => Ok(()),
        Shape::OrNull(_) if value.is_null() => Ok(()),
        Shape::OrNull(shape) => check(value, path, shape),
        Shape::OneOf(shapes) => {
            let fitting = shapes.iter().find(|shape| fits(value, shape)).unwrap_or(&shapes[0]);
            check(value, path, fitting)
        }
        _ if !fits(value, shape) => Err(wrong_type(value, path, shape)),
        Shape::Text(longest) => check_length(value, path, *longest),
        Shape::Number(low, high) => check_range(value.as_f64(), path, *low, *high),
        Shape::Count(low, high) => check_range(value.as_f64(), path, *low as f64, *high as f64),
        Shape::Word(words) => check_word(value, path, words),
        Shape::List(shape, longest) => check_list(value, path, shape, *longest),
        Shape::Fields(fields) => check_fields(value, path, fields),
        Shape::Texts(most) => check_texts(value, path, *most),
        Shape::Flag | Shape::Object => Ok(()),
    }
}

/// The error for a word that is none of `words`.
pub fn unsupported(path: &str, word: &str, words: &[&str]) -> ErrorDetail {
    let list = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
    let shown: String = word.chars().take(64).collect();
    invalid(path, format!("Invalid value: '{shown}'. Supported values are: {list}."))
}

/// The error `invalid_value` at `path`.
pub fn invalid(path: &str, message: impl Into<String>) -> ErrorDetail {
    ErrorDetail::invalid("invalid_value", message, Some(path))
}

fn fits(value: &Value, shape: &Shape) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Text(_) | Shape::Word(_) => value.is_string(),
        Shape::Flag => value.is_boolean(),
        Shape::Number(..) => value.is_number(),
        Shape::Count(..) => value.is_u64(),
        Shape::List(..) => value.is_array(),
        Shape::Fields(_) | Shape::Texts(_) | Shape::Object => value.is_object(),
        Shape::OrNull(shape) => value.is_null() || fits(value, shape),
        Shape::OneOf(shapes) => shapes.iter().any(|shape| fits(value, shape)),
    }
}

fn name_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any => "a value",
        Shape::Text(_) | Shape::Word(_) => "a string",
        Shape::Flag => "a boolean",
        Shape::Number(..) => "a decimal",
        Shape::Count(..) => "an integer",
        Shape::List(..) => "an array",
        Shape::Fields(_) | Shape::Texts(_) | Shape::Object => "an object",
        Shape::OrNull(shape) => name_of(shape),
        Shape::OneOf(shapes) => name_of(&shapes[0]),
    }
}

fn wrong_type(value: &Value, path: &str, shape: &Shape) -> ErrorDetail {
    let got = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a decimal",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    let message = format!("Invalid type for '{path}': expected {}, but got {got} instead.", name_of(shape));
    ErrorDetail::invalid("invalid_type", message, Some(path))
}

fn check_length(value: &Value, path: &str, longest: usize) -> Result<(), ErrorDetail> {
    let length = value.as_str().map_or(0, |text| text.chars().count());
    if length <= longest {
        return Ok(());
    }
    let message = format!(
        "Invalid '{path}': string too long. Expected a string with maximum length {longest}, but got {length}."
    );
    Err(ErrorDetail::invalid("string_above_max_length", message, Some(path)))
}

fn check_range(value: Option<f64>, path: &str, low: f64, high: f64) -> Result<(), ErrorDetail> {
    match value {
        Some(number) if (low..=high).contains(&number) => Ok(()),
        _ => Err(invalid(path, format!("Invalid '{path}': expected a value from {low} to {high}."))),
    }
}

fn check_word(value: &Value, path: &str, words: &[&str]) -> Result<(), ErrorDetail> {
    let word = value.as_str().unwrap_or_default();
    if words.contains(&word) { Ok(()) } else { Err(unsupported(path, word, words)) }
}

fn check_list(value: &Value, path: &str, shape: &Shape, longest: usize) -> Result<(), ErrorDetail> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    if list.len() > longest {
        return Err(invalid(path, format!("Invalid '{path}': at most {longest} are allowed, but got {}.", list.len())));
    }
    list.iter().enumerate().try_for_each(|(index, value)| check(value, &format!("{path}[{index}]"), shape))
}

fn check_fields(value: &Value, path: &str, fields: &[Field]) -> Result<(), ErrorDetail> {
    let Some(object) = value.as_object() else { return Ok(()) };
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for field in fields.iter().filter(|field| field.is_required) {
        if !object.contains_key(field.name) {
            let path = below(field.name);
            let message = format!("Missing required parameter: '{path}'.");
            return Err(ErrorDetail::invalid("missing_required_parameter", message, Some(&path)));
        }
    }
    for (name, value) in object {
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            let path = below(&name.chars().take(64).collect::<String>());
            let message = format!("Unknown parameter: '{path}'.");
            return Err(ErrorDetail::invalid("unknown_parameter", message, Some(&path)));
        };
        check(value, &below(name), &field.shape)?;
    }
    Ok(())
}

fn check_texts(value: &Value, path: &str, most: usize) -> Result<(), ErrorDetail> {
    let Some(object) = value.as_object() else { return Ok(()) };
    if object.len() > most {
        return Err(invalid(
            path,
            format!("Invalid '{path}': at most {most} pairs are allowed, but got {}.", object.len()),
        ));
    }
    object.iter().try_for_each(|(name, value)| check(value, &format!("{path}.{name}"), &Shape::Text(512)))
}
