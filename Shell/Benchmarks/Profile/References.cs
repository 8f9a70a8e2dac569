using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Fairlead.Benchmarks.Profile;

/// <summary>Writes types and methods of other assemblies as references of an assembly of its own (ECMA-335 II.22, II.23).</summary>
internal sealed class References(MetadataBuilder metadata, World world) : ISignatureTypeProvider<byte[], Definitions>
{
    private const byte ByRef = 0x10, Pointer = 0x0F, Value = 0x11, Class = 0x12, Variable = 0x13, Array = 0x14, Instance = 0x15, MethodVariable = 0x1E, Vector = 0x1D, Required = 0x1F, Optional = 0x20, Pinned = 0x45;

    private static readonly Dictionary<string, PrimitiveTypeCode> Primitives = Enum.GetValues<PrimitiveTypeCode>().ToDictionary(static code => "System." + code);

    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];
    private readonly Dictionary<Definition, EntityHandle> _types = [];
    private readonly Dictionary<string, EntityHandle> _specifications = [];
    private readonly SortedSet<string> _used = [];

    /// <summary>The assemblies used since this was asked last.</summary>
    public IReadOnlyList<string> TakeUsed()
    {
        var used = _used.ToArray();
        _used.Clear();
        return used;
    }

    /// <summary>A reference to a type by its name, or null when some part of it is not there.</summary>
    public EntityHandle? TypeOf(TypeName name)
    {
        if (name.IsSimple && world.Find(name.FullName, name.AssemblyName?.Name) is { } simple)
            return TypeOf(simple);
        return Encode(name) is { } signature ? Specification(signature) : null;
    }

    /// <summary>A reference to a method of a type: of the definition as it is, or of an instance of it.</summary>
    public EntityHandle MethodOf(EntityHandle owner, Definitions definitions, MethodDefinition method)
    {
        var signature = method.DecodeSignature(this, definitions);
        var blob = new BlobBuilder();
        blob.WriteByte(signature.Header.RawValue);
        blob.WriteCompressedInteger(signature.ParameterTypes.Length);
        blob.WriteBytes(signature.ReturnType);
        foreach (var parameter in signature.ParameterTypes)
            blob.WriteBytes(parameter);
        return metadata.AddMemberReference(owner, metadata.GetOrAddString(definitions.Metadata.GetString(method.Name)), metadata.GetOrAddBlob(blob));
    }

    public byte[] GetPrimitiveType(PrimitiveTypeCode typeCode) => [(byte)typeCode];

    public byte[] GetSZArrayType(byte[] elementType) => [Vector, .. elementType];

    public byte[] GetArrayType(byte[] elementType, ArrayShape shape) => Written(blob =>
    {
        blob.WriteByte(Array);
        blob.WriteBytes(elementType);
        blob.WriteCompressedInteger(shape.Rank);
        blob.WriteCompressedInteger(shape.Sizes.Length);
        foreach (var size in shape.Sizes)
            blob.WriteCompressedInteger(size);
        blob.WriteCompressedInteger(shape.LowerBounds.Length);
        foreach (var bound in shape.LowerBounds)
            blob.WriteCompressedSignedInteger(bound);
    });

    public byte[] GetByReferenceType(byte[] elementType) => [ByRef, .. elementType];

    public byte[] GetPointerType(byte[] elementType) => [Pointer, .. elementType];

    public byte[] GetPinnedType(byte[] elementType) => [Pinned, .. elementType];

    public byte[] GetGenericTypeParameter(Definitions genericContext, int index) => Written(blob => Numbered(blob, Variable, index));

    public byte[] GetGenericMethodParameter(Definitions genericContext, int index) => Written(blob => Numbered(blob, MethodVariable, index));

    public byte[] GetGenericInstantiation(byte[] genericType, ImmutableArray<byte[]> typeArguments) => Written(blob =>
    {
        blob.WriteByte(Instance);
        blob.WriteBytes(genericType);
        blob.WriteCompressedInteger(typeArguments.Length);
        foreach (var argument in typeArguments)
            blob.WriteBytes(argument);
    });

    public byte[] GetModifiedType(byte[] modifier, byte[] unmodifiedType, bool isRequired) => [isRequired ? Required : Optional, .. modifier[1..], .. unmodifiedType];

    public byte[] GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var name = Definitions.FullName(reader, handle);
        return Encode(world.All(name).First(one => ReferenceEquals(one.In.Metadata, reader)));
    }

    public byte[] GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var (name, assembly) = Named(reader, handle);
        return Encode(world.Find(name, assembly) ?? throw new NotSupportedException($"{name} is not there"));
    }

    public byte[] GetTypeFromSpecification(MetadataReader reader, Definitions genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public byte[] GetFunctionPointerType(MethodSignature<byte[]> signature) => throw new NotSupportedException("a method with a function pointer");

    private static (string Name, string? Assembly) Named(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var (outer, assembly) = Named(reader, (TypeReferenceHandle)type.ResolutionScope);
            return ($"{outer}+{name}", assembly);
        }

        var scope = type.ResolutionScope.Kind == HandleKind.AssemblyReference ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) : null;
        return (type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}", scope);
    }

    private static byte[] Written(Action<BlobBuilder> write)
    {
        var blob = new BlobBuilder();
        write(blob);
        return blob.ToArray();
    }

    private static void Numbered(BlobBuilder blob, byte kind, int index)
    {
        blob.WriteByte(kind);
        blob.WriteCompressedInteger(index);
    }

    private byte[]? Encode(TypeName name)
    {
        if (name.IsArray || name.IsByRef || name.IsPointer)
        {
            return Encode(name.GetElementType()) is not { } element ? null
                : name.IsByRef ? GetByReferenceType(element)
                : name.IsPointer ? GetPointerType(element)
                : name.IsSZArray ? GetSZArrayType(element)
                : GetArrayType(element, new ArrayShape(name.GetArrayRank(), [], []));
        }

        if (name.IsConstructedGenericType)
        {
            var arguments = name.GetGenericArguments().Select(Encode).ToArray();
            return Encode(name.GetGenericTypeDefinition()) is { } generic && arguments.All(static argument => argument is not null) ? GetGenericInstantiation(generic, [.. arguments!]) : null;
        }

        return name.FullName == "System.__Canon" ? [Class, .. Token(Canon)]
            : Primitives.TryGetValue(name.FullName, out var primitive) ? [(byte)primitive]
            : world.Find(name.FullName, name.AssemblyName?.Name) is { } definition ? Encode(definition)
            : null;
    }

    private byte[] Encode(Definition type) =>
        Primitives.TryGetValue(type.In.FullName(type.Handle), out var primitive) ? [(byte)primitive] : [type.IsValue ? Value : Class, .. Token(TypeOf(type))];

    private static byte[] Token(EntityHandle type) => Written(blob => blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(type)));

    /// <summary>What stands for every class where code is shared; the compiler knows it under this name.</summary>
    private EntityHandle Canon =>
        _specifications.TryGetValue("canon", out var canon) ? canon
            : _specifications["canon"] = metadata.AddTypeReference(Assembly("System.Private.Canon", new Version(0, 0, 0, 0)), metadata.GetOrAddString("System"), metadata.GetOrAddString("__Canon"));

    public EntityHandle TypeOf(Definition type)
    {
        var (definitions, definition) = (type.In, type.In.Metadata.GetTypeDefinition(type.Handle));
        _used.Add(definitions.Name);
        if (_types.TryGetValue(type, out var known))
            return known;
        var outer = definition.GetDeclaringType();
        var scope = outer.IsNil ? Assembly(definitions.Name, definitions.Metadata.GetAssemblyDefinition().Version) : TypeOf(type with { Handle = outer });
        return _types[type] = metadata.AddTypeReference(
            scope, definition.Namespace.IsNil ? default : metadata.GetOrAddString(definitions.Metadata.GetString(definition.Namespace)), metadata.GetOrAddString(definitions.Metadata.GetString(definition.Name)));
    }

    private EntityHandle Specification(byte[] signature)
    {
        var key = Convert.ToHexString(signature);
        return _specifications.TryGetValue(key, out var known) ? known : _specifications[key] = metadata.AddTypeSpecification(metadata.GetOrAddBlob(signature));
    }

    private AssemblyReferenceHandle Assembly(string name, Version version) =>
        _assemblies.TryGetValue(name, out var known) ? known : _assemblies[name] = metadata.AddAssemblyReference(metadata.GetOrAddString(name), version, default, default, default, default);
}
