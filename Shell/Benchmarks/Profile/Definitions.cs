using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Fairlead.Benchmarks.Profile;

/// <summary>One assembly, open for reading.</summary>
internal sealed class Definitions(PEReader image, MetadataReader metadata, string name) : IDisposable
{
    public MetadataReader Metadata { get; } = metadata;

    public string Name { get; } = name;

    /// <summary>The size of a method's code, 0 without any.</summary>
    public int CodeBytes(MethodDefinition method) => method.RelativeVirtualAddress == 0 ? 0 : image.GetMethodBody(method.RelativeVirtualAddress).GetILReader().Length;

    public string FullName(TypeDefinitionHandle handle) => FullName(Metadata, handle);

    /// <summary>The name as reflection writes it.</summary>
    public static string FullName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var (name, outer) = (metadata.GetString(type.Name), type.GetDeclaringType());
        return !outer.IsNil ? $"{FullName(metadata, outer)}+{name}" : type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    public void Dispose() => image.Dispose();
}

/// <summary>A type, and where it is defined.</summary>
internal readonly record struct Definition(Definitions In, TypeDefinitionHandle Handle)
{
    /// <summary>True for a structure or an enumeration.</summary>
    public bool IsValue
    {
        get
        {
            var (metadata, type) = (In.Metadata, In.Metadata.GetTypeDefinition(Handle));
            var name = type.BaseType.Kind switch
            {
                HandleKind.TypeReference => Named(metadata.GetTypeReference((TypeReferenceHandle)type.BaseType)),
                HandleKind.TypeDefinition when !type.BaseType.IsNil => In.FullName((TypeDefinitionHandle)type.BaseType),
                _ => "",
            };
            return name == "System.ValueType" ? In.FullName(Handle) != "System.Enum" : name == "System.Enum";

            string Named(TypeReference reference) => $"{metadata.GetString(reference.Namespace)}.{metadata.GetString(reference.Name)}";
        }
    }
}

/// <summary>Every type of the assemblies that a native build compiles, by its name as reflection writes it.</summary>
internal sealed class World : IDisposable
{
    private readonly List<Definitions> _assemblies = [];
    private readonly Dictionary<string, List<Definition>> _types = [];

    public World(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var image = new PEReader(File.OpenRead(file));
            var metadata = image.GetMetadataReader();
            var one = new Definitions(image, metadata, metadata.GetString(metadata.GetAssemblyDefinition().Name));
            _assemblies.Add(one);
            foreach (var handle in metadata.TypeDefinitions)
            {
                var name = one.FullName(handle);
                (_types.TryGetValue(name, out var all) ? all : _types[name] = []).Add(new Definition(one, handle));
            }
        }
    }

    /// <summary>All types of that name: compilers make some of the same name for each assembly.</summary>
    public IReadOnlyList<Definition> All(string name) => _types.TryGetValue(name, out var all) ? all : [];

    /// <summary>The type of that name, of that assembly if it has one; none is more likely to be meant otherwise.</summary>
    public Definition? Find(string name, string? assembly) =>
        All(name) is { Count: > 0 } all ? all.Where(one => one.In.Name == assembly).Append(all[0]).First() : null;

    public void Dispose()
    {
        foreach (var one in _assemblies)
            one.Dispose();
    }
}
