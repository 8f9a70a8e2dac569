using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Fairlead.Tests.Purity;

/// <summary>Writes the types of a metadata signature as text: <c>System.Span`1</c>, <c>Int32</c>, <c>Char[]</c>. Type arguments are left out.</summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>
{
    public static SignatureText Instance { get; } = new();

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => NameOf(reader, handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => NameOf(reader, handle);

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

    public string GetGenericMethodParameter(object? genericContext, int index) => "!!" + index;

    public string GetGenericTypeParameter(object? genericContext, int index) => "!" + index;

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[,]";

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "function pointer";

    /// <summary>Full name of a type definition, reference or specification; nested types after a plus sign.</summary>
    public static string NameOf(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                var definition = reader.GetTypeDefinition((TypeDefinitionHandle)handle);
                return definition.GetDeclaringType() is { IsNil: false } outer
                    ? NameOf(reader, outer) + "+" + reader.GetString(definition.Name)
                    : Qualified(reader, definition.Namespace, definition.Name);
            case HandleKind.TypeReference:
                var reference = reader.GetTypeReference((TypeReferenceHandle)handle);
                return reference.ResolutionScope.Kind == HandleKind.TypeReference
                    ? NameOf(reader, reference.ResolutionScope) + "+" + reader.GetString(reference.Name)
                    : Qualified(reader, reference.Namespace, reference.Name);
            case HandleKind.TypeSpecification:
                return reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(Instance, null);
            default:
                return handle.Kind.ToString();
        }
    }

    /// <summary>A member as <c>Name(System.Int32,System.Span`1)</c>, with the type arguments given in <c>&lt;&gt;</c> after the name, or just the name for a field.</summary>
    public static string MemberOf(MetadataReader reader, MemberReference member, string typeArguments)
    {
        var name = reader.GetString(member.Name);
        return member.GetKind() == MemberReferenceKind.Field
            ? name
            : name + typeArguments + "(" + string.Join(",", member.DecodeMethodSignature(Instance, null).ParameterTypes) + ")";
    }

    private static string Qualified(MetadataReader reader, StringHandle space, StringHandle name) =>
        space.IsNil ? reader.GetString(name) : reader.GetString(space) + "." + reader.GetString(name);
}
