using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Fairlead.Benchmarks.Profile;

/// <summary>
/// Writes counts in the form that native builds take (<c>--mibc</c>): an assembly, compressed, whose global methods are never run. "AssemblyDictionary" names the groups, a method each, by the assemblies that
/// must be there for them; a group's code loads a method's token, the words that say what follows, and the numbers, and drops them.
/// </summary>
internal sealed class Mibc : IDisposable
{
    private const int WholeCounter = 0xF;                             // offset, kind, length and flags all follow

    private readonly MetadataBuilder _metadata = new();
    private readonly MethodBodyStreamEncoder _bodies = new(new BlobBuilder());
    private readonly SortedDictionary<string, InstructionEncoder> _groups = new(StringComparer.Ordinal);
    private readonly World _world;
    private readonly References _references;

    /// <summary>For the compiler's inputs: what is not among these, or is of another size there, is not written.</summary>
    public Mibc(IEnumerable<string> assemblies)
    {
        _world = new World(assemblies);
        _references = new References(_metadata, _world);
    }

    /// <summary>Methods written.</summary>
    public int Methods { get; private set; }

    /// <summary>Adds a method; false when it cannot be told which one it is.</summary>
    public bool TryAdd(Counted counted)
    {
        if (counted.IsGeneric || counted.Readings().Select(reading => Find(reading.Type, reading.Method, counted.CodeBytes)).FirstOrDefault(static one => one is not null) is not var (type, definition, method)
            || OwnerOf(type, definition) is not { } owner)
            return false;
        EntityHandle reference;
        try
        {
            reference = _references.MethodOf(owner, definition.In, method);
        }
        catch (NotSupportedException)
        {
            return false;
        }

        _references.TakeUsed();
        _references.TypeOf(type);
        var group = string.Join(';', _references.TakeUsed().Where(name => name != definition.In.Name).Prepend(definition.In.Name)) + ";";
        if (!_groups.TryGetValue(group, out var code))
            _groups[group] = code = new InstructionEncoder(new BlobBuilder());
        code.OpCode(ILOpCode.Ldtoken);
        code.Token(reference);
        code.LoadString(_metadata.GetOrAddUserString("InstrumentationDataStart"));
        foreach (var counter in counted.Counters.Where(static counter => counter.Numbers.Count + counter.Types.Count > 0))
            Write(code, counter);
        code.LoadString(_metadata.GetOrAddUserString("InstrumentationDataEnd"));
        code.OpCode(ILOpCode.Pop);
        Methods++;
        return true;
    }

    public void Save(string path)
    {
        var name = Path.GetFileName(path);
        var dictionary = new InstructionEncoder(new BlobBuilder());
        var first = default(MethodDefinitionHandle);
        foreach (var (group, code) in _groups)
        {
            var method = Method("Group" + _metadata.GetRowCount(TableIndex.MethodDef), code);
            first = first.IsNil ? method : first;
            dictionary.LoadString(_metadata.GetOrAddUserString(group));
            dictionary.OpCode(ILOpCode.Ldtoken);
            dictionary.Token(method);
            dictionary.OpCode(ILOpCode.Pop);
        }

        Method("AssemblyDictionary", dictionary);
        _metadata.AddModule(0, _metadata.GetOrAddString(name), _metadata.GetOrAddGuid(new Guid("9a1a9b3e-6a70-4b0e-8f3b-3f2f5d0c7a11")), default, default);   // always the same: what is the same is written the same
        _metadata.AddAssembly(_metadata.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), first.IsNil ? MetadataTokens.MethodDefinitionHandle(1) : first);
        var image = new BlobBuilder();
        new ManagedPEBuilder(
            new PEHeaderBuilder(imageCharacteristics: Characteristics.Dll | Characteristics.ExecutableImage), new MetadataRootBuilder(_metadata), _bodies.Builder,
            deterministicIdProvider: static _ => new BlobContentId(new Guid("9a1a9b3e-6a70-4b0e-8f3b-3f2f5d0c7a11"), 0)).Serialize(image);
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        var entry = archive.CreateEntry(name + ".dll", CompressionLevel.SmallestSize);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var file = entry.Open();
        image.WriteContentTo(file);
    }

    public void Dispose() => _world.Dispose();

    private static string DefinitionName(TypeName type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition().FullName : type.FullName;

    private (TypeName Name, Definition Type, MethodDefinition Method)? Find(string typeName, string methodName, int codeBytes)
    {
        if (!TypeName.TryParse(typeName, out var type))
            return null;
        var found = (from one in _world.All(DefinitionName(type))
                     from handle in one.In.Metadata.GetTypeDefinition(one.Handle).GetMethods()
                     let method = one.In.Metadata.GetMethodDefinition(handle)
                     where one.In.Metadata.StringComparer.Equals(method.Name, methodName) && one.In.CodeBytes(method) == codeBytes && method.GetGenericParameters().Count == 0
                     select (one, method)).Take(2).ToList();
        return found.Count == 1 ? (type, found[0].one, found[0].method) : null;
    }

    /// <summary>The type as it is named, but of the assembly where the method was found.</summary>
    private EntityHandle? OwnerOf(TypeName type, Definition definition) => type.IsSimple ? _references.TypeOf(definition) : _references.TypeOf(type);

    private void Write(InstructionEncoder code, Counter counter)
    {
        code.LoadConstantI4(WholeCounter);
        code.LoadConstantI4(counter.Offset);
        code.LoadConstantI4(counter.Kind);
        code.LoadConstantI4(counter.Numbers.Count + counter.Types.Count);
        code.LoadConstantI4(counter.Other);
        foreach (var number in counter.Numbers)
        {
            if (number <= int.MaxValue)
                code.LoadConstantI4((int)number);
            else
                code.LoadConstantI8(number);
        }

        var unknown = 0;
        foreach (var name in counter.Types)
        {
            if (name is null)
            {
                code.LoadConstantI4(0);
            }
            else if (TypeName.TryParse(name, out var type) && _references.TypeOf(type) is { } reference)
            {
                code.OpCode(ILOpCode.Ldtoken);
                code.Token(reference);
            }
            else
            {
                code.LoadConstantI4(++unknown);                      // some other type: it counts, too
            }
        }
    }

    private MethodDefinitionHandle Method(string name, InstructionEncoder code)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, static result => result.Void(), static _ => { });
        return _metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(name), _metadata.GetOrAddBlob(signature), _bodies.AddMethodBody(code), default);
    }
}
