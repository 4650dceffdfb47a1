//! The parts of the API's description that no handler owns: title, credentials, the shape of errors.

use crate::error::Code;
use utoipa::openapi::{
    Content, InfoBuilder, OpenApi, OpenApiBuilder, RefOr, Response, ResponseBuilder,
    schema::{ArrayItems, ObjectBuilder, SchemaType, Type},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// What stands above the operations.
pub fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Interview Insights")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Times are integers, milliseconds since the Unix epoch, and end in `_at`. Ids are a prefix and a ULID. \
             Errors have one shape and a code that never changes its meaning. What belongs to another company is not found.",
        ))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// Adds credentials and the error response to every operation.
pub fn complete(mut api: OpenApi) -> OpenApi {
    let components = api.components.get_or_insert_with(Default::default);
    components.schemas.insert("Error".to_owned(), error_schema());
    for (name, cookie, what) in [
        ("recruiter", "insights", "A member's session; `__Host-insights` on https."),
        ("candidate", "candidate", "A candidate's session; `__Host-candidate` on https."),
    ] {
        let key = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(cookie, what)));
        components.security_schemes.insert(name.to_owned(), key);
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A session's append key.")).build();
    components.security_schemes.insert("append".to_owned(), SecurityScheme::Http(bearer));
    for item in api.paths.paths.values_mut() {
        let all = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in all.into_iter().flatten() {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| RefOr::T(error_response()));
        }
    }
    api
}

fn error_response() -> Response {
    let schema = utoipa::openapi::schema::Ref::from_schema_name("Error");
    ResponseBuilder::new()
        .description("An error; `code` says which.")
        .content("application/json", Content::new(Some(schema)))
        .build()
}

fn error_schema() -> RefOr<utoipa::openapi::Schema> {
    let text = || ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
    let codes = text().enum_values(Some(Code::ALL.iter().map(|c| c.text())));
    let number =
        |what: &str| ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)).description(Some(what)).build();
    let problem = ObjectBuilder::new()
        .property("path", text())
        .property("code", text())
        .property("message", text())
        .required("path")
        .required("code")
        .required("message")
        .build();
    let problems = utoipa::openapi::ArrayBuilder::new()
        .items(ArrayItems::RefOrSchema(Box::new(RefOr::T(problem.into()))))
        .description(Some("With `plan_incomplete`: what blocks publishing."))
        .build();
    let inner = ObjectBuilder::new()
        .property("code", codes)
        .property("message", text().description(Some("For people.")))
        .property("field", text().description(Some("The field at fault, such as `questions[2].text`.")))
        .property("request_id", text())
        .property("problems", problems)
        .property("opens_at", number("With `invitation_not_open`: when it opens."))
        .property("expected", number("With `gap`: the sequence number to go on with."))
        .required("code")
        .required("message")
        .required("request_id")
        .build();
    RefOr::T(ObjectBuilder::new().property("error", inner).required("error").build().into())
}
