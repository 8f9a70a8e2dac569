using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Fairlead.Tests.Purity;

/// <summary>A use of something outside the assembly: who, of which type, and which member of it (empty when the type alone is named).</summary>
internal sealed record OutsideUse(string User, string Type, string Member)
{
    public override string ToString() => Member.Length == 0 ? $"{Type} (in {User})" : $"{Type}::{Member} (in {User})";
}

/// <summary>
/// Reads from an assembly's metadata and IL what it refers to outside itself (ECMA-335 II.22, III.1). The reference tables are complete by construction: what is not in
/// them cannot be called. The IL tells in addition which method does.
/// </summary>
internal static class CompiledCode
{
    private static readonly IReadOnlyDictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => (int)(ushort)code.Value);

    /// <summary>Every row of the table of referenced types, used or not, nested ones as <c>Outer+Inner</c>.</summary>
    public static IReadOnlyList<string> ReferencedTypes(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        var reader = image.GetMetadataReader();
        return reader.TypeReferences.Select(handle => SignatureText.NameOf(reader, handle)).Distinct().Order(StringComparer.Ordinal).ToList();
    }

    /// <summary>Every native function imported.</summary>
    public static IReadOnlyList<string> NativeImports(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        var reader = image.GetMetadataReader();
        return reader.MethodDefinitions.Where(handle => !reader.GetMethodDefinition(handle).GetImport().Module.IsNil)
            .Select(handle => reader.GetString(reader.GetMethodDefinition(handle).Name)).ToList();
    }

    /// <summary>Every member outside the assembly that a method body names, once for each method.</summary>
    public static IReadOnlyList<OutsideUse> MemberUses(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        var reader = image.GetMetadataReader();
        var uses = new List<OutsideUse>();
        foreach (var handle in reader.MethodDefinitions)
        {
            var method = reader.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0 || WritesItself(reader, method))
                continue;
            var user = SignatureText.NameOf(reader, method.GetDeclaringType()) + "." + reader.GetString(method.Name);
            var tokens = Tokens(image.GetMethodBody(method.RelativeVirtualAddress).GetILReader());
            uses.AddRange(tokens.Select(token => UseOf(reader, user, MetadataTokens.EntityHandle(token))).OfType<OutsideUse>());
        }

        return uses.Distinct().ToList();
    }

    // What the compiler writes for a record or an anonymous type (equality, hash, text for debuggers) is no decision of ours. Lambdas and local functions have a '<' in the
    // name and their class, not they, may carry the mark: they are looked at.
    private static bool WritesItself(MetadataReader reader, MethodDefinition method)
    {
        var name = reader.GetString(method.Name);
        if (SignatureText.NameOf(reader, method.GetDeclaringType()).StartsWith("<>f__AnonymousType", StringComparison.Ordinal))
            return true;
        return (!name.StartsWith('<') || name == "<Clone>$")
               && method.GetCustomAttributes().Any(handle => AttributeName(reader, handle) == "System.Runtime.CompilerServices.CompilerGeneratedAttribute");
    }

    private static string AttributeName(MetadataReader reader, CustomAttributeHandle handle) =>
        reader.GetCustomAttribute(handle).Constructor is { Kind: HandleKind.MemberReference } constructor
            ? SignatureText.NameOf(reader, reader.GetMemberReference((MemberReferenceHandle)constructor).Parent)
            : "";

    private static OutsideUse? UseOf(MetadataReader reader, string user, EntityHandle handle)
    {
        var arguments = "";
        if (handle.Kind == HandleKind.MethodSpecification)
        {
            var specification = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
            arguments = $"<{string.Join(",", specification.DecodeSignature(SignatureText.Instance, null))}>";
            handle = specification.Method;
        }

        if (handle.Kind == HandleKind.TypeReference)
            return new OutsideUse(user, SignatureText.NameOf(reader, handle), "");
        if (handle.Kind != HandleKind.MemberReference)
            return null;
        var member = reader.GetMemberReference((MemberReferenceHandle)handle);
        return new OutsideUse(user, SignatureText.NameOf(reader, member.Parent), SignatureText.MemberOf(reader, member, arguments));
    }

    private static IEnumerable<int> Tokens(BlobReader il)
    {
        var tokens = new List<int>();
        while (il.RemainingBytes > 0)
        {
            int value = il.ReadByte();
            if (value == 0xFE)
                value = 0xFE00 | il.ReadByte();
            switch (OpCodesByValue[value].OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    il.ReadByte();
                    break;
                case OperandType.InlineVar:
                    il.ReadInt16();
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    il.ReadInt64();
                    break;
                case OperandType.InlineSwitch:
                    for (var targets = il.ReadInt32(); targets > 0; targets--)
                        il.ReadInt32();
                    break;
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    tokens.Add(il.ReadInt32());
                    break;
                default:
                    il.ReadInt32();
                    break;
            }
        }

        return tokens;
    }
}
