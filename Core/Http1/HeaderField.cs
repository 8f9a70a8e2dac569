using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>One field line: where its name and its trimmed value stand in the buffer, and which known field it is.</summary>
public readonly record struct HeaderField(Slice Name, Slice Value, FieldName Known);
